import type { AnalysisRef, Onceflow, RunView, Update } from '../client/index.ts';
import type { ProgressDisplay } from './progress.ts';

/** Waits for the run's end and shows how far it is meanwhile. Resolves with the last update. */
export async function follow(
  client: Onceflow,
  ref: AnalysisRef,
  label: string,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<Update | null> {
  let last: Update | null = null;
  for await (const update of client.watch(ref, { signal })) {
    last = update;
    display.update(`${update.kind}:${update.resourceId}`, {
      label,
      state: update.state,
      step: update.progress?.step ?? null,
      fraction: update.progress?.fraction ?? null,
      etaMs: update.progress?.etaMs ?? null,
      note: update.waiting && !isStarting(update.waiting) ? waitingNote(update.waiting) : null,
    });
  }
  return last;
}

/** The run that was followed to its end, though a newer one may have begun since; without updates the newest. */
export async function followedRun(
  client: Onceflow,
  ref: AnalysisRef,
  last: Update | null,
): Promise<RunView | null> {
  const runs = await client.runs(ref);
  return runs.find(({ runId }) => runId === last?.runId) ?? runs[0] ?? null;
}

const startingForMs = 10_000;

/** The workers of a stack that has just been started register within seconds: that is nothing to be told about. */
function isStarting(waiting: { readonly reason: string; readonly since: Date }): boolean {
  return waiting.reason === 'no-worker' && Date.now() - waiting.since.getTime() < startingForMs;
}

export function waitingNote(waiting: { readonly queue: string; readonly reason: string }): string {
  if (waiting.reason === 'no-worker') return `waits: no worker polls queue ${waiting.queue}`;
  if (waiting.reason === 'temporal-unreachable') return 'waits: Temporal cannot be reached';
  return `waits for a free worker on queue ${waiting.queue}`;
}
