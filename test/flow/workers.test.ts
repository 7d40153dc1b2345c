import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually, type Flow, startFlow, type WorkerProcess } from '../support/flow.ts';

let flow: Flow;
let cpu: WorkerProcess;
let control: WorkerProcess;
beforeAll(async () => {
  flow = await startFlow();
  flow.startWorker('io');
  control = flow.startWorker('control');
});
beforeEach(() => {
  cpu = flow.startWorker('cpu');
});
afterEach(async () => {
  cpu.kill('SIGKILL');
  await cpu.exited;
});
afterAll(() => flow?.stop());

/** The worker takes SIGTERM only once it runs. */
const draining = async (worker: WorkerProcess) => {
  await eventually('the worker runs', () => worker.output().includes('worker runs'));
  worker.kill('SIGTERM');
  await eventually('the worker drains', () => worker.output().includes('worker drains'));
};

const attempts = async (runId: string, instance: string) => {
  const steps = await flow.ledger.steps(runId);
  return Math.max(...steps.filter((step) => step.instance === instance).map((step) => step.attempts));
};

test('a step whose worker is killed goes on elsewhere within the heartbeat timeout and 3 s, and counts as no failure', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  // Its sibling is over for Temporal too: what a killed worker had not reported is done again.
  const handle = flow.temporal.workflow.getHandle(`once:${resource.id}`);
  await eventually('only a is under way', async () => {
    return (await handle.describe()).raw.pendingActivities?.length === 1;
  });
  cpu.kill('SIGKILL');
  const killedAt = performance.now();
  await cpu.exited;
  cpu = flow.startWorker('cpu');
  await eventually('a runs again', () => resource.witnessed('a') === 2);
  // 13 s, and slack for a machine that is busy with starting the other worker.
  expect(performance.now() - killedAt).toBeLessThan(13_000 + 5_000);
  resource.open('a.hold');
  const view = await resource.reaches('completed');
  expect(view.result?.generation).toBe(1);
  expect([resource.witnessed('b'), resource.witnessed('result')]).toEqual([1, 1]);
  expect(await attempts(runId, 'a')).toBe(2);
});

test('a worker that is told to stop lets its step finish', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await draining(cpu);
  resource.open('a.hold');
  expect(await cpu.exited).toBe(0);
  cpu = flow.startWorker('cpu');
  await resource.reaches('completed');
  expect(await attempts(runId, 'a')).toBe(1);
});

test('a step that outlasts the drain of its worker is ended and done again by another, and counts as no failure', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await draining(cpu);
  expect(await cpu.exited).toBe(0);
  resource.open('a.hold');
  const stoppedAt = performance.now();
  cpu = flow.startWorker('cpu');
  await resource.reaches('completed');
  // It was given back, so nobody waited for a heartbeat timeout.
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
});

test('a step without progress is ended as STALLED and tried again', async () => {
  const resource = await flow.resource();
  resource.gate('a.stall');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await eventually('a runs again', () => resource.witnessed('a') === 2);
  resource.open('a.stall');
  await resource.reaches('completed');
  expect(await attempts(runId, 'a')).toBe(2);
});

test('a control worker that is killed is replaced, and the run goes on from its history', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  control.kill('SIGKILL');
  await control.exited;
  control = flow.startWorker('control');
  resource.open('a.hold');
  expect((await resource.reaches('completed')).result?.generation).toBe(1);
  expect([resource.witnessed('a'), resource.witnessed('result')]).toEqual([1, 1]);
});

test('a step that ends while Postgres is away waits for it, and is not done again', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await flow.stack.postgres.kill('SIGKILL');
  resource.open('a.hold');
  await eventually('a has ended', () => resource.witnessed('a', 'ended') === 1);
  await flow.stack.postgres.start();
  await resource.reaches('completed');
  const steps = await flow.ledger.steps(runId);
  expect(steps.flatMap((step) => step.failure ?? [])).toEqual([]);
  expect([resource.witnessed('a'), resource.witnessed('b'), resource.witnessed('result')]).toEqual([1, 1, 1]);
});

test('a run goes on when Temporal was away', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await flow.stack.temporal.kill('SIGKILL');
  resource.open('a.hold');
  await flow.stack.temporal.start();
  expect((await resource.reaches('completed')).result?.generation).toBe(1);
});

test('a result whose fence another attempt took is made again before it is committed', async () => {
  const resource = await flow.resource();
  resource.gate('result.hold');
  const { runId, incarnation } = await resource.submit();
  await eventually('the result is made', () => resource.witnessed('result') === 1);
  control.kill('SIGSTOP');
  resource.open('result.hold');
  const isFinished = async () =>
    (await flow.ledger.steps(runId)).some((step) => step.step === 'once.result' && step.state === 'finished');
  await eventually('the result is finished', isFinished);
  const { run } = await resource.view();
  const begun = await flow.ledger.begin({
    run: { workflowId: run.workflowId, temporalRunId: run.temporalRunId ?? '', fromReset: false },
    kind: 'once',
    resourceId: resource.id,
    policy: 'no-repeat',
    analyserVersion: 1,
    incarnation,
    step: 'once.result',
    instance: 'one',
    queue: 'cpu',
    worker: 'a late one',
    temporalAttempt: 1,
  });
  expect(begun.verdict).toBe('go');
  control.kill('SIGCONT');
  expect((await resource.reaches('completed')).result?.generation).toBe(1);
  expect(resource.witnessed('result')).toBe(2);
});
