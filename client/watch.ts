import type { RunView } from '../ledger/ledger.ts';
import { isOpen } from '../policy/states.ts';
import type { Update } from './onceflow.ts';
import { neverSubmitted, type Target } from './refs.ts';
import { currentRun, pollMs, type WaitContext } from './results.ts';

export interface WatchContext extends WaitContext {
  /** Fills in why an open run waits, which the run's row alone does not say. */
  readonly withWaiting: (run: RunView) => Promise<RunView>;
}

/** Yields what is, then each change of state, progress or waiting; ends after a closed state. */
export async function* watchRun(
  context: WatchContext,
  target: Target,
  signal?: AbortSignal,
): AsyncGenerator<Update, void, undefined> {
  const subscription = context.changes.subscribe(target.workflowId);
  try {
    let generation = target.generation ?? (await newestGeneration(context, target));
    let last: Update | undefined;
    for (;;) {
      const run = await context.withWaiting(await currentRun(context, target.key, generation));
      generation = run.generation;
      const update = updateOf(run, last);
      if (update) {
        last = update;
        yield update;
      }
      if (!isOpen(run.state)) return;
      await subscription.changed(pollMs, signal);
    }
  } finally {
    subscription.close();
  }
}

async function newestGeneration({ ledger, call }: WaitContext, target: Target): Promise<number> {
  const view = await call(() => ledger.get(target.key));
  if (view === null) throw neverSubmitted(target.key);
  return view.run.generation;
}

/** Undefined when nothing that an update tells has changed. */
function updateOf(run: RunView, last: Update | undefined): Update | undefined {
  const { kind, resourceId, generation, runId, state, why, progress, waiting, failure } = run;
  const sameState = last !== undefined && last.generation === generation && last.state === state;
  const update: Update = {
    type: sameState ? 'progress' : 'state',
    kind,
    resourceId,
    generation,
    runId,
    state,
    why,
    progress,
    waiting,
    failure,
  };
  if (!sameState) return update;
  const changed =
    JSON.stringify(last.progress) !== JSON.stringify(progress) ||
    JSON.stringify(last.waiting) !== JSON.stringify(waiting);
  return changed ? update : undefined;
}
