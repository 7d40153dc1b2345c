import { movedSteps } from '../kinds/models/moved-steps.ts';
import type { Ledger, QueueView, RunView, StepView, Waiting } from '../ledger/ledger.ts';
import { isOpen } from '../policy/states.ts';
import type { Call } from './calls.ts';
import type { Kinds } from './kinds.ts';

export interface WaitingContext {
  readonly ledger: Pick<Ledger, 'queues' | 'steps'>;
  readonly call: Call;
  readonly kinds: Kinds;
  /** As the control worker has it: steps that look at images wait there. */
  readonly ocrQueue: 'cpu' | 'gpu';
}

/** After this long without an attempt a run waits for its turn, rather than being between two steps. */
const busyAfterMs = 5000;

/** Says why an open run does not get on: a queue that it needs has no worker, or its workers are busy with others. */
export function createWaiting(context: WaitingContext): {
  withWaiting: (run: RunView) => Promise<RunView>;
} {
  const { ledger, call, kinds, ocrQueue } = context;
  return {
    async withWaiting(run) {
      const definition = kinds.find(run.kind)?.definition;
      if (!isOpen(run.state) || run.waiting !== null || definition === undefined) return run;
      const [queues, steps] = await call(() => Promise.all([ledger.queues(), ledger.steps(run.runId)]));
      const moved = movedSteps(definition, ocrQueue);
      const asked = wantedSteps(definition.steps, run.params).map((step) => {
        return { ...step, queue: moved[step.name] ?? step.queue };
      });
      return { ...run, waiting: waitingOf(run, asked, steps, queues, new Date()) };
    },
  };
}

interface StepOnQueue {
  readonly name: string;
  readonly queue: string;
  readonly optional?: boolean;
  readonly switch?: string;
}

/** The steps without those that params leave out; what params ask for is not optional. */
export function wantedSteps<Step extends StepOnQueue>(
  steps: readonly Step[],
  params: RunView['params'],
): readonly Step[] {
  const told = (step: Step) => (step.switch === undefined ? undefined : params[step.switch]);
  return steps
    .filter((step) => told(step) !== 'off')
    .map((step) => (told(step) === 'on' ? { ...step, optional: false } : step));
}

/** Pure, for its tests. */
export function waitingOf(
  run: Pick<RunView, 'createdAt' | 'startedAt'>,
  definitions: readonly StepOnQueue[],
  attempts: readonly StepView[],
  queues: readonly QueueView[],
  now: Date,
): Waiting | null {
  const seen = new Map(queues.map((queue) => [queue.queue, queue]));
  const lastSign = newest([
    run.createdAt,
    run.startedAt,
    ...attempts.flatMap((each) => [each.startedAt, each.endedAt]),
  ]);
  const needed = run.startedAt === null ? ['control'] : neededQueues(definitions, attempts);
  for (const queue of needed) {
    const view = seen.get(queue);
    if (view === undefined || view.workers === 0) {
      const since = newest([view?.lastSeen ?? null, run.startedAt ?? run.createdAt]);
      return { queue, reason: 'no-worker', since };
    }
  }
  const working = attempts.some((attempt) => attempt.state === 'running');
  const queue = needed[0];
  if (working || queue === undefined || now.getTime() - lastSign.getTime() < busyAfterMs) return null;
  return { queue, reason: 'busy', since: lastSign };
}

/**
 * Queues of the steps that are still to be done, as far as the ledger can tell: a step is done when an attempt of it
 * has finished and a later one has begun. Of optional steps it cannot tell that they are wanted before they begin.
 */
function neededQueues(definitions: readonly StepOnQueue[], attempts: readonly StepView[]): string[] {
  const begun = new Set(attempts.map((attempt) => attempt.step));
  const unfinished = new Set(openInstances(attempts).map((attempt) => attempt.step));
  const lastBegun = definitions.findLastIndex((step) => begun.has(step.name));
  const open = definitions.filter(
    (step, index) =>
      unfinished.has(step.name) || (!begun.has(step.name) && step.optional !== true) || index === lastBegun,
  );
  return [...new Set(open.map((step) => step.queue))];
}

/** The newest attempt of each step instance, where it has not finished. */
function openInstances(attempts: readonly StepView[]): readonly StepView[] {
  const newestOf = new Map<string, StepView>();
  for (const attempt of attempts) {
    const key = `${attempt.step}\n${attempt.instance}`;
    if ((newestOf.get(key)?.fence ?? -1) < attempt.fence) newestOf.set(key, attempt);
  }
  return [...newestOf.values()].filter((attempt) => attempt.state !== 'finished');
}

function newest(dates: readonly (Date | null)[]): Date {
  return new Date(Math.max(...dates.map((date) => date?.getTime() ?? 0)));
}
