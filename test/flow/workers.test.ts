import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually, type Flow, startFlow, type WorkerProcess } from '../support/flow.ts';

let flow: Flow;
let cpu: WorkerProcess;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'io'] as const) flow.startWorker(queue);
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
  cpu.kill('SIGKILL');
  const killedAt = performance.now();
  await cpu.exited;
  cpu = flow.startWorker('cpu');
  await eventually('a runs again', () => resource.witnessed('a') === 2);
  expect(performance.now() - killedAt).toBeLessThan(13_000);
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
  expect(performance.now() - stoppedAt).toBeLessThan(6_000);
});

test('a step without progress is ended as STALLED and tried again', async () => {
  const resource = await flow.resource();
  resource.gate('a.stall');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await eventually('a runs again', () => resource.witnessed('a') === 2, 15_000);
  resource.open('a.stall');
  await resource.reaches('completed');
  expect(await attempts(runId, 'a')).toBe(2);
});
