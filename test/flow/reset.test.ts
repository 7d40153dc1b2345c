import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, type Resource, startFlow, type WorkerProcess } from '../support/flow.ts';
import { reset, type ResetPoint, scheduledActivities } from '../support/resets.ts';

let flow: Flow;
let cpu: WorkerProcess;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'io'] as const) flow.startWorker(queue);
  cpu = flow.startWorker('cpu');
});
afterAll(() => flow?.stop());

const done = (resource: Resource) => ['a', 'b', 'result'].map((name) => resource.witnessed(name));

async function finished(): Promise<Resource> {
  const resource = await flow.resource();
  await resource.submit();
  const { run } = await resource.reaches('completed');
  await eventually(
    'closed',
    async () => (await resource.temporalStatus(run.temporalRunId ?? '')) === 'COMPLETED',
  );
  return resource;
}

async function newGeneration(resource: Resource, temporalRunId: string, generation = 2): Promise<void> {
  const view = await eventually(
    `generation ${generation}`,
    async () => {
      const seen = await resource.view();
      return seen.run.generation === generation && seen.state === 'completed' && seen;
    },
    60_000,
  );
  expect(view.run).toMatchObject({ trigger: 'reset', temporalRunId });
  expect(view.result?.generation).toBe(generation);
  const handle = flow.temporal.workflow.getHandle(`once:${resource.id}`, temporalRunId);
  expect(await handle.result()).toMatchObject({ generation });
  expect(await flow.ledger.runs({ kind: 'once', resourceId: resource.id })).toHaveLength(generation);
}

const finishedResets: readonly (readonly [ResetPoint, readonly number[]])[] = [
  ['claim', [2, 2, 2]],
  ['work', [2, 2, 2]],
  ['result', [1, 1, 2]],
  ['commit', [1, 1, 1]],
];

test.each(finishedResets)(
  'a finished analysis reset to its %s is a new generation',
  async (point, witnessed) => {
    const resource = await finished();
    const temporalRunId = await reset(flow.temporal, `once:${resource.id}`, point);
    await newGeneration(resource, temporalRunId);
    // Steps before the point are kept; those after it are done again, whatever is remembered.
    expect(done(resource)).toEqual(witnessed);
  },
);

test('a finished analysis reset to after its commit is nothing new', async () => {
  const resource = await finished();
  const temporalRunId = await reset(flow.temporal, `once:${resource.id}`, 'after commit');
  const handle = flow.temporal.workflow.getHandle(`once:${resource.id}`, temporalRunId);
  expect(await handle.result()).toMatchObject({ generation: 1 });
  expect(await flow.ledger.runs({ kind: 'once', resourceId: resource.id })).toHaveLength(1);
  expect(done(resource)).toEqual([1, 1, 1]);
});

test.each(['result', 'commit'] as const)(
  'a reset of an older generation to its %s is on record with the params that it computes with',
  async (point) => {
    const resource = await flow.resource();
    const [on, off] = [{ text: 'on' }, { text: 'off' }];
    await resource.submit('once', { params: on });
    const first = (await resource.closes('completed')).run;
    await resource.submit('once', { wish: 'rerun', params: off, reason: 'test' });
    const second = (await resource.closes('completed')).run;
    const temporalRunId = await reset(
      flow.temporal,
      `once:${resource.id}`,
      point,
      first.temporalRunId ?? undefined,
    );
    await newGeneration(resource, temporalRunId, 3);
    const [third] = await flow.ledger.runs({ kind: 'once', resourceId: resource.id });
    expect([first, second, third].map((run) => run?.params)).toEqual([on, off, on]);
    // So whoever asks for the other params hears that the result that stands has none of them.
    const askedAgain = async (params: typeof on) => (await resource.submit('once', { params })).stale ?? [];
    expect(await askedAgain(off)).toEqual(['params changed']);
    expect(await askedAgain(on)).toEqual([]);
  },
);

test('while a reset runs, and when it fails, the old result is still there', async () => {
  const resource = await finished();
  resource.gate('result.hold');
  await reset(flow.temporal, `once:${resource.id}`, 'result');
  await eventually('the reset run works', () => resource.witnessed('result') === 2);
  expect(await resource.view()).toMatchObject({
    run: { generation: 2, state: 'running' },
    result: { generation: 1 },
  });
  resource.gate('result.fail', { code: 'BAD_JOIN', message: 'no join', hint: 'none', retry: 'never' });
  // The attempt under way is past its look at the failure; the next reset meets it.
  await reset(flow.temporal, `once:${resource.id}`, 'result');
  const view = await eventually('the second reset failed', async () => {
    const seen = await resource.view();
    return seen.run.generation === 3 && seen.state === 'failed' && seen;
  });
  expect(view.result?.generation).toBe(1);
});

test.each(['claim', 'work'] as const)(
  'a running analysis reset to its %s is a new generation; the old run ends',
  async (point) => {
    const resource = await flow.resource();
    resource.gate('a.hold');
    await resource.submit();
    await eventually(
      'a and b are under way',
      () => resource.witnessed('a') === 1 && resource.witnessed('b', 'ended') === 1,
    );
    const temporalRunId = await reset(flow.temporal, `once:${resource.id}`, point);
    await eventually('a is done again', () => resource.witnessed('a') === 2);
    resource.open('a.hold');
    await newGeneration(resource, temporalRunId);
    const [newest, first] = await flow.ledger.runs({ kind: 'once', resourceId: resource.id });
    expect([newest?.state, first?.state]).toEqual(['completed', 'cancelled']);
    expect(await scheduledActivities(flow.temporal, `once:${resource.id}`, temporalRunId)).toContain(
      'commit',
    );
  },
);

test('an attempt that was frozen through two resets changes nothing when it wakes', async () => {
  const resource = await flow.resource();
  const key = { kind: 'once', resourceId: resource.id };
  resource.gate('a.hold');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  const frozen = cpu;
  frozen.kill('SIGSTOP');
  cpu = flow.startWorker('cpu');
  await reset(flow.temporal, `once:${resource.id}`, 'work');
  // Temporal may hand steps to the frozen worker, which had asked for them: each costs a heartbeat timeout.
  await eventually('the first reset works', () => resource.witnessed('a') === 2, 60_000);
  resource.open('a.hold');
  const temporalRunId = await reset(flow.temporal, `once:${resource.id}`, 'work');
  await newGeneration(resource, temporalRunId, 3);
  frozen.kill('SIGCONT');
  await eventually('the frozen attempt has ended', async () => {
    const steps = await flow.ledger.steps(runId);
    return steps.every((step) => step.state !== 'running');
  });
  frozen.kill('SIGTERM');
  await frozen.exited;
  expect(await resource.view()).toMatchObject({ state: 'completed', result: { generation: 3 } });
  expect(await flow.ledger.runs(key)).toHaveLength(3);
}, 120_000);

test('what an attempt of a run that was reset still tries to write is refused and counted', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  const { runId } = await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  const { run } = await resource.view();
  const old = (await flow.ledger.steps(runId)).find((step) => step.instance === 'a');
  const temporalRunId = await reset(flow.temporal, `once:${resource.id}`, 'work');
  await eventually('a is done again', () => resource.witnessed('a') === 2);
  const accepted = await flow.ledger.finish({
    fence: old?.fence ?? 0,
    temporalRunId: run.temporalRunId ?? '',
    value: null,
    document: 'late',
    artefacts: [],
    pin: null,
    memoryKey: null,
    rememberedFrom: null,
    computedWith: { version: 1, models: [] },
  });
  expect(accepted).toBe(false);
  expect(await flow.ledger.refusedWrites({ kind: 'once', resourceId: resource.id })).not.toEqual([]);
  resource.open('a.hold');
  await newGeneration(resource, temporalRunId);
});

test('a run that was terminated by hand can be retried', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await flow.temporal.workflow.getHandle(`once:${resource.id}`).terminate('by hand');
  await resource.reaches('cancelled');
  resource.open('a.hold');
  expect(await resource.submit('once', { wish: 'retry' })).toMatchObject({
    outcome: 'started',
    generation: 2,
  });
  expect((await resource.reaches('completed')).result?.generation).toBe(2);
});
