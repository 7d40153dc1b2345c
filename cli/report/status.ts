import type { AnalysisView, DuplicateView, EventView, RunView, StepView } from '../../client/index.ts';
import { waitingNote } from '../follow.ts';
import { bar, duration, plain, size, table } from '../text.ts';

function tookMs(run: RunView): number | null {
  if (run.startedAt === null) return null;
  return (run.endedAt ?? new Date()).getTime() - run.startedAt.getTime();
}

function progressLine(run: RunView): string | null {
  const progress = run.progress;
  if (run.endedAt !== null || progress === null) return null;
  const shown = progress.fraction === null ? '' : `${bar(progress.fraction, 24)} `;
  const bytes = progress.unit === 'bytes';
  const amount = (value: number): string => (bytes ? size(value) : value.toLocaleString('en-US'));
  const total = progress.total === null ? '' : ` of ${amount(progress.total)}`;
  return `  step      ${progress.step}  ${shown}${amount(progress.done)}${total}${bytes ? '' : ` ${progress.unit}`}`;
}

/** Empty for a run that had nothing to do with a GPU. */
function gpuText({ gpuSeconds }: RunView): string {
  if (gpuSeconds === null) return '';
  const { used, savedByMemory, savedByDuplicates } = gpuSeconds;
  const parts = [
    [used, 'used'],
    [savedByMemory, 'saved by step memory'],
    [savedByDuplicates, 'saved by duplicates'],
  ] as const;
  return parts
    .flatMap(([seconds, what]) => (seconds > 0 ? `${seconds.toFixed(1)} s ${what}` : []))
    .join(', ');
}

/** Everything that a person asks of one analysis, in a few lines. */
export function statusText(view: AnalysisView): string {
  const { run, result } = view;
  const took = tookMs(run);
  const lines = [
    `${view.workflowId}  ${run.state}${view.deleted ? '  (resource deleted)' : ''}`,
    `  run       generation ${run.generation}, ${run.trigger} by ${plain(run.requestedBy)}${took === null ? '' : `, ${duration(took)}`}`,
  ];
  if (run.why) lines.push(`  why       ${run.why}`);
  const progress = progressLine(run);
  if (progress) lines.push(progress);
  if (run.waiting) lines.push(`  ${waitingNote(run.waiting)}`);
  if (run.cancelRequested && run.endedAt === null) lines.push('  cancel requested');
  const gpu = gpuText(run);
  if (gpu !== '') lines.push(`  gpu       ${gpu}`);
  if (run.failure) {
    const { code, message, hint } = run.failure;
    lines.push(`  failed    ${code}: ${plain(message, 500)}`, `            ${plain(hint, 500)}`);
  }
  if (result) {
    lines.push(
      `  result    of generation ${result.generation}, ${result.committedAt.toISOString()}${staleText(result)}`,
    );
  }
  if (view.followUp) lines.push('  one follow-up run is waiting for this one to end');
  return lines.join('\n');
}

function staleText({ stale }: NonNullable<AnalysisView['result']>): string {
  return stale.length === 0 ? '' : `  (stale: ${stale.join('; ')})`;
}

export function listText(views: readonly AnalysisView[]): string {
  if (views.length === 0) return 'No analyses.';
  const rows = views.map((view) => [
    view.workflowId,
    view.state,
    String(view.run.generation),
    view.result ? `generation ${view.result.generation}${staleText(view.result)}` : '–',
    view.run.createdAt.toISOString().slice(0, 19).replace('T', ' '),
  ]);
  return table([['analysis', 'state', 'generation', 'result', 'newest run (UTC)'], ...rows], [2]);
}

export function runsText(runs: readonly RunView[]): string {
  const rows = runs.map((run) => [
    String(run.generation),
    run.state,
    run.trigger,
    plain(run.requestedBy, 24),
    run.createdAt.toISOString().slice(0, 19).replace('T', ' '),
    tookMs(run) === null ? '–' : duration(tookMs(run) ?? 0),
    gpuText(run) || '–',
    plain(run.failure?.code ?? run.why ?? '', 60),
  ]);
  const head = ['generation', 'state', 'trigger', 'by', 'submitted (UTC)', 'took', 'gpu', 'why'];
  return table([head, ...rows], [0]);
}

function fromText({ rememberedFrom }: StepView): string {
  if (rememberedFrom === null) return '';
  return `from ${plain(rememberedFrom.resourceId, 40)}, generation ${rememberedFrom.generation}`;
}

export function stepsText(steps: readonly StepView[]): string {
  const rows = steps.map((step) => [
    step.step,
    step.instance,
    step.remembered ? 'remembered' : step.state,
    String(step.attempts),
    step.endedAt === null ? '–' : duration(step.endedAt.getTime() - step.startedAt.getTime()),
    step.failure?.code ?? fromText(step),
  ]);
  return table([['step', 'instance', 'state', 'attempts', 'took', 'failure, or from where'], ...rows], [3]);
}

export function eventsText(events: readonly EventView[]): string {
  const rows = events.map((event) => [
    event.at.toISOString().slice(0, 23).replace('T', ' '),
    event.generation === null ? '' : String(event.generation),
    event.type,
    event.from || event.to ? `${event.from ?? '·'} -> ${event.to ?? '·'}` : '',
    plain(event.actor, 24),
    plain(event.why ?? '', 70),
  ]);
  return table([['at (UTC)', 'generation', 'event', 'state', 'by', 'why'], ...rows], [1]);
}

export function duplicatesText(duplicates: readonly DuplicateView[]): string {
  if (duplicates.length === 0) return 'Every submit started a run.';
  const rows = duplicates.map((call) => [
    call.at.toISOString().slice(0, 23).replace('T', ' '),
    call.outcome,
    plain(call.requestedBy, 24),
    plain(call.why, 100),
  ]);
  return table([['at (UTC)', 'started nothing', 'by', 'why'], ...rows]);
}
