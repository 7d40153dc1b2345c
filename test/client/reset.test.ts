import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Onceflow, type ResetPoint } from '../../client/index.ts';
import { eventually, type Flow, type Resource, startFlow, type WorkerProcess } from '../support/flow.ts';
import { again, once } from '../support/kind-probe/definition.ts';

let flow: Flow;
let client: Onceflow;
let cpu: WorkerProcess;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'io'] as const) flow.startWorker(queue);
  cpu = flow.startWorker('cpu');
  client = await connect({
    env: {},
    databaseUrl: flow.stack.databaseUrl,
    temporal: { address: flow.stack.temporalAddress, namespace: flow.stack.temporalNamespace },
    kinds: [{ definition: once }, { definition: again }],
    role: 'operator',
  });
});
afterAll(async () => {
  await client?.close();
  await flow?.stop();
});

const reason = 'look again';
const done = (resource: Resource) => ['a', 'b', 'result'].map((name) => resource.witnessed(name));

async function finished(): Promise<Resource> {
  const resource = await flow.resource();
  const answer = await client.submit('once', resource.id);
  expect(answer.outcome).toBe('started');
  expect(await client.result(answer, { timeoutMs: 30_000 })).toMatchObject({ generation: 1 });
  return resource;
}

const points: readonly (readonly [string, ResetPoint, readonly number[]])[] = [
  ['first', 'first', [2, 2, 2]],
  ['a step', { step: 'once.result' }, [1, 1, 2]],
  ['a step by its short name', { step: 'work' }, [2, 2, 2]],
  ['last', 'last', [1, 1, 1]],
];

it.each(points)('a finished analysis reset to %s gives one new generation', async (_, to, witnessed) => {
  const resource = await finished();
  const reset = await client.reset({ workflowId: `once:${resource.id}` }, { to, reason });
  expect(reset.run).toMatchObject({ generation: 2, trigger: 'reset', temporalRunId: reset.temporalRunId });
  const result = await client.result({ kind: 'once', resourceId: resource.id, generation: 2 });
  expect(result).toMatchObject({ generation: 2 });
  expect(done(resource)).toEqual(witnessed);
});

it('while the reset runs, get gives the old result and the new run', async () => {
  const resource = await finished();
  resource.gate('a.hold');
  const ref = { kind: 'once', resourceId: resource.id };
  await client.reset(ref, { reason });
  const view = await eventually('the new run', async () => {
    const seen = await client.get(ref);
    return seen?.run.generation === 2 && seen;
  });
  expect(view).toMatchObject({ state: 'running', result: { generation: 1 } });
  resource.open('a.hold');
  expect(await client.result(ref, { timeoutMs: 30_000 })).toMatchObject({ generation: 2 });
});

it('a wait for a run that is reset meanwhile ends with the result of what took its place', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  const answer = await client.submit('once', resource.id);
  const result = client.result(answer, { timeoutMs: 60_000 });
  await eventually('a runs', () => resource.witnessed('a') > 0);
  const reset = await client.reset(answer, { reason });
  expect(reset.run).toMatchObject({ generation: 2 });
  resource.open('a.hold');
  expect(await result).toMatchObject({ generation: 2 });
});

it('a point that the history does not have is refused with those that it has', async () => {
  const resource = await finished();
  const ref = { kind: 'once', resourceId: resource.id };
  await expect(client.reset(ref, { to: { step: 'thumbnails' }, reason })).rejects.toMatchObject({
    code: 'RESET_IMPOSSIBLE',
    hint: expect.stringContaining('once.work'),
  });
  await expect(client.reset(ref, { to: { eventId: 9999 }, reason })).rejects.toMatchObject({
    code: 'RESET_IMPOSSIBLE',
  });
  await expect(client.reset(ref, { to: 'middle' as never, reason })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

it('an analysis whose queue has no worker says so, and goes on when one comes', async () => {
  cpu.kill('SIGTERM');
  await cpu.exited;
  const resource = await flow.resource();
  const answer = await client.submit('again', resource.id);
  const view = await eventually('no worker', async () => (await client.get(answer))?.run.waiting, 60_000);
  expect(view).toMatchObject({ queue: 'cpu', reason: 'no-worker' });
  cpu = flow.startWorker('cpu');
  expect(await client.result(answer, { timeoutMs: 30_000 })).toMatchObject({ generation: 1 });
});
