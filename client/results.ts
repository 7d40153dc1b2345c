import type { AnalysisKey, Ledger, ResultView, RunView } from '../ledger/ledger.ts';
import { isOpen } from '../policy/states.ts';
import type { Call } from './calls.ts';
import type { Changes } from './changes.ts';
import { OnceflowError } from './errors.ts';
import type { Kinds } from './kinds.ts';
import type { AnalysisResult, WaitOptions } from './onceflow.ts';
import { neverSubmitted, type Target } from './refs.ts';
import { staleNow } from './staleness.ts';

export interface WaitContext {
  readonly ledger: Pick<Ledger, 'get' | 'getRun' | 'getResult'>;
  readonly call: Call;
  readonly changes: Changes;
  readonly kinds: Kinds;
}

/** NOTIFY wakes a waiter at once; this is for the notice that was lost. */
export const pollMs = 3000;

export function resultFrom(kinds: Kinds, key: AnalysisKey, view: ResultView): AnalysisResult {
  return { ...staleNow(kinds, key.kind, view), kind: key.kind, resourceId: key.resourceId };
}

/**
 * Waits for the generation that the target names, or for the one that a reset put in its place. A target without one
 * means what there is: the run that is going on, else the result that stands.
 */
export async function waitForResult(
  context: WaitContext,
  target: Target,
  options: Partial<WaitOptions> = {},
): Promise<AnalysisResult> {
  const deadline =
    options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.timeoutMs;
  const subscription = context.changes.subscribe(target.workflowId);
  try {
    const start = await startingPoint(context, target);
    if (start.standing) return resultFrom(context.kinds, target.key, start.standing);
    let { generation } = start;
    for (;;) {
      const run = await currentRun(context, target.key, generation);
      generation = run.generation;
      if (!isOpen(run.state)) return await outcomeOf(context, target.key, run);
      const left = deadline - performance.now();
      if (left <= 0) throw timedOut(run, options.timeoutMs ?? 0);
      await subscription.changed(Math.min(pollMs, left), options.signal);
    }
  } finally {
    subscription.close();
  }
}

async function startingPoint(
  { ledger, call }: WaitContext,
  target: Target,
): Promise<{ generation: number; standing: ResultView | null }> {
  if (target.generation !== null) return { generation: target.generation, standing: null };
  const view = await call(() => ledger.get(target.key));
  if (view === null) throw neverSubmitted(target.key);
  return { generation: view.run.generation, standing: isOpen(view.state) ? null : view.result };
}

/** The run of this generation, or of the last one that resets put in its place. Throws NEVER_SUBMITTED. */
export async function currentRun(
  { ledger, call }: Pick<WaitContext, 'ledger' | 'call'>,
  key: AnalysisKey,
  generation: number,
): Promise<RunView> {
  const run = await call(() => ledger.getRun({ key, generation }));
  if (run === null) throw neverSubmitted(key);
  return withResetsFollowed({ ledger, call }, key, run);
}

/** This run, or the last one that resets put in its place. */
export async function withResetsFollowed(
  { ledger, call }: Pick<WaitContext, 'ledger' | 'call'>,
  key: AnalysisKey,
  asked: RunView,
): Promise<RunView> {
  if (isOpen(asked.state) || asked.state === 'completed') return asked;
  // One by one: an analysis that runs every minute has half a million runs a year, and few of them are resets.
  for (let run = asked; ; ) {
    const generation = run.generation + 1;
    const next = await call(() => ledger.getRun({ key, generation }));
    if (next?.trigger !== 'reset') return run;
    run = next;
  }
}

async function outcomeOf(
  { ledger, call, kinds }: WaitContext,
  key: AnalysisKey,
  run: RunView,
): Promise<AnalysisResult> {
  if (run.state !== 'completed') throw endedWithout(run);
  const result = await call(() => ledger.getResult(key, run.generation));
  if (result) return resultFrom(kinds, key, result);
  throw new OnceflowError({
    code: 'RESOURCE_DELETED',
    message: `the result of ${run.workflowId} is gone: its resource was deleted`,
    hint: 'put the resource again and submit it',
    ids: idsOf(run),
  });
}

function endedWithout(run: RunView): OnceflowError {
  if (run.state === 'cancelled') {
    return new OnceflowError({
      code: 'ANALYSIS_CANCELLED',
      message: `${run.workflowId}, generation ${run.generation}, was cancelled${run.why ? `: ${run.why}` : ''}`,
      hint: 'submit it again to run it after all',
      ids: idsOf(run),
    });
  }
  return new OnceflowError({
    code: 'ANALYSIS_FAILED',
    message: run.failure?.message ?? `${run.workflowId}, generation ${run.generation}, failed`,
    hint: run.failure?.hint ?? 'look at its steps and events, then retry it',
    ids: { ...idsOf(run), ...(run.failure ? { failureCode: run.failure.code } : {}) },
  });
}

function timedOut(run: RunView, timeoutMs: number): OnceflowError {
  return new OnceflowError({
    code: 'TIMEOUT',
    message: `${run.workflowId} is still ${run.state} after ${timeoutMs} ms`,
    hint: 'it goes on: wait longer, or look at its status',
    ids: idsOf(run),
  });
}

export function idsOf(run: RunView) {
  const { kind, resourceId, generation, runId, workflowId } = run;
  return { kind, resourceId, generation, runId, workflowId };
}
