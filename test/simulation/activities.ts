import type { Described, TemporalRun } from '../../ledger/ledger.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import { isOpenAndCurrent, type SimulatedRun, statusOf } from './memory-temporal.ts';
import type { Report, WorkflowState } from './workflow.ts';
import type { World } from './world.ts';

/**
 * activities/, as processes that can be held up, or die, between any two of their calls: each `yield` is such a place.
 * What a process returns goes to Temporal, which takes it only from the attempt that it waits for; `again` is a
 * failure that Temporal retries.
 */
export type Process = Generator<void, Report | 'again', void>;

export function activityOf(world: World, run: SimulatedRun): Process {
  const kept = run.workflow;
  switch (kept.at) {
    case 'claim':
      return claim(world, run);
    case 'step':
      return step(world, run, kept);
    case 'commit':
      return commit(world, run, kept);
    case 'fail':
      return closing(world, run, 'fail');
    default:
      return closing(world, run, 'close');
  }
}

function asking(world: World, run: SimulatedRun) {
  const { kind, resourceId, policy } = world.ledger;
  return { kind, resourceId, policy, analyserVersion: 1, run: temporalRun(world, run) };
}

function temporalRun(world: World, run: SimulatedRun): TemporalRun {
  return { workflowId: workflowIdOf(world.ledger), temporalRunId: run.id, fromReset: run.origin === 'reset' };
}

function look({ temporal }: World, run: SimulatedRun, registeredBefore: number): Described {
  return { registeredBefore, openAndCurrent: isOpenAndCurrent(temporal, run.id) };
}

/** `fromReset` differs from the run's own when the reconciler asks on its behalf, and takes all for resets [RA]. */
export function* claim(world: World, run: SimulatedRun, fromReset = run.origin === 'reset'): Process {
  const { generation } = run;
  const known = asking(world, run);
  const request = {
    ...known,
    run: { ...known.run, fromReset },
    ...(generation === undefined ? {} : { generation }),
  };
  let described: Described | undefined;
  let otherRun: { temporalRunId: string; open: boolean } | undefined;
  for (;;) {
    const seen = { ...(described && { described }), ...(otherRun && { otherRun }) };
    const verdict = world.call('claim', { ...request, ...seen });
    yield;
    switch (verdict.verdict) {
      case 'describe':
        described = look(world, run, verdict.registeredBefore);
        yield;
        break;
      case 'describe-other': {
        const { temporalRunId } = verdict;
        otherRun = { temporalRunId, open: statusOf(world.temporal, temporalRunId) === 'RUNNING' };
        yield;
        break;
      }
      case 'go':
        return { of: 'claim', verdict: 'go', incarnation: verdict.incarnation };
      case 'refused':
        return { of: 'claim', verdict: 'failed' };
      case 'cancelled':
        run.cancelRequested = true;
        yield;
        return { of: 'claim', verdict: 'cancelled' };
      default:
        return { of: 'claim', verdict: verdict.verdict };
    }
  }
}

function* step(world: World, run: SimulatedRun, kept: WorkflowState): Process {
  const at = {
    step: 'video.join',
    instance: '',
    queue: 'gpu',
    worker: 'worker',
    temporalAttempt: run.attempt,
  };
  let described: Described | undefined;
  for (;;) {
    const { incarnation } = kept;
    const request = { ...asking(world, run), ...at, incarnation, ...(described && { described }) };
    const verdict = world.call('begin', request);
    yield;
    if (verdict.verdict === 'closed') return { of: 'step', verdict: 'closed' };
    if (verdict.verdict === 'go') return yield* work(world, run, verdict.fence);
    described = look(world, run, verdict.registeredBefore);
    yield;
  }
}

function* work(world: World, run: SimulatedRun, fence: number): Process {
  if (run.cancelRequested || !world.call('renew', fence)) return yield* giveWay(world, run, fence);
  const failure = world.failures.shift();
  if (failure) {
    const gaveUp = world.call('failAttempt', fence, failure);
    yield;
    return gaveUp ? { of: 'step', verdict: 'gave-up' } : 'again';
  }
  yield;
  if (!world.call('finish', fence)) return yield* giveWay(world, run, fence);
  yield;
  return { of: 'step', verdict: 'done', fence };
}

/** The attempt is not current any more: its processes end, it says so, and the next one learns from `begin` how things stand. */
function* giveWay(world: World, run: SimulatedRun, fence: number): Process {
  world.call('endAttempt', fence);
  yield;
  return run.cancelRequested ? { of: 'step', verdict: 'cancelled' } : 'again';
}

function* commit(world: World, run: SimulatedRun, { incarnation, fence }: WorkflowState): Process {
  const what = { incarnation, resultSchema: 'analysis.video/1', resultFence: fence, fences: [fence] };
  let described: Described | undefined;
  for (;;) {
    const request = { ...asking(world, run), ...what, ...(described && { described }) };
    const verdict = world.call('commit', request);
    yield;
    if (verdict.verdict !== 'describe') return { of: 'commit', verdict: verdict.verdict };
    described = look(world, run, verdict.registeredBefore);
    yield;
  }
}

function* closing(world: World, run: SimulatedRun, how: 'fail' | 'close'): Process {
  const operation = how === 'fail' ? 'failRun' : 'closeCancelled';
  const { verdict } = world.call(operation, temporalRun(world, run));
  yield;
  return verdict === 'still-alive' ? 'again' : { of: how, verdict: 'closed' };
}
