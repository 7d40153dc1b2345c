import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer, Onceflow } from '../../client/index.ts';
import { runRelay } from '../../client/relay.ts';
import { openTemporal } from '../../client/temporal.ts';
import { video } from '../../kinds/video/definition.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let temporal: ReturnType<typeof openTemporal>;
beforeAll(async () => {
  world = await startWorld();
  temporal = openTemporal({
    address: world.stack.temporalAddress,
    namespace: world.stack.temporalNamespace,
  });
});
afterAll(async () => {
  await temporal.connection.close();
  await world.stop();
});

/** Runs a relay for as long as `during` takes. */
async function withRelay(during: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const relay = runRelay({ ledger: world.ledger, temporal, signal: stop.signal });
  try {
    await during();
  } finally {
    stop.abort();
    await relay;
  }
}

async function submit(client: Onceflow, resourceId: string): Promise<Answer> {
  return client.submit('video', resourceId, { source: await world.file(), priority: 2 });
}

/** Temporal's run of the analysis, or undefined while there is none. */
async function seen(answer: Answer, client: Client = temporal) {
  return client.workflow
    .getHandle(answer.workflowId)
    .describe()
    .catch(() => undefined);
}

async function started(answer: Answer, withinMs: number): Promise<void> {
  await expect.poll(async () => (await seen(answer))?.status.name, { timeout: withinMs }).toBe('RUNNING');
}

it('starts what a caller committed and did not dispatch, as an operator wants to find it', async () => {
  const answer = await submit(await world.connect(), 'committed');
  expect(await seen(answer)).toBeUndefined();
  await withRelay(() => started(answer, 5000));
  const described = await seen(answer);
  expect(described?.type).toBe('video');
  expect(described?.taskQueue).toBe('control');
  expect(described?.memo).toMatchObject({ generation: 1, runId: answer.runId });
  const attributes = Object.fromEntries(
    (described?.typedSearchAttributes.getAll() ?? []).map(({ key, value }) => [key.name, value]),
  );
  expect(attributes).toMatchObject({
    AnalysisKind: 'video',
    ResourceId: 'committed',
    AnalysisPolicy: 'no-repeat',
    Trigger: 'submit',
    Owner: 'default',
    Generation: 1,
  });
  expect(await described?.staticSummary()).toContain('video of committed');
});

it('leaves the dispatch row open until the claim: a start is no proof', async () => {
  const answer = await submit(await world.connect(), 'unclaimed');
  await withRelay(() => started(answer, 5000));
  expect(await world.ledger.getDispatch(answer.runId)).toMatchObject({ generation: 1 });
  await temporal.workflow.getHandle(answer.workflowId).terminate('by hand');
  await withRelay(() => started(answer, 10_000));
});

it('a submit starts its workflow itself when nobody runs a relay', async () => {
  const answer = await submit(await world.connect({ dispatch: 'now' }), 'at-once');
  expect((await seen(answer))?.status.name).toBe('RUNNING');
});

it('submit succeeds while Temporal is down, and the work starts within 10 s of its return', async () => {
  const client = await world.connect({ dispatch: 'now' });
  await world.stack.temporal.kill('SIGKILL');
  await withRelay(async () => {
    const begun = performance.now();
    const first = await submit(client, 'outage-1');
    expect(performance.now() - begun).toBeLessThan(8000);
    expect(first).toMatchObject({ outcome: 'started', state: 'pending' });
    const again = performance.now();
    const second = await submit(client, 'outage-2');
    // Known to be down, Temporal is not waited for again.
    expect(performance.now() - again).toBeLessThan(3000);
    await sleep(8000);
    await world.stack.temporal.start();
    await Promise.all([started(first, 10_000), started(second, 10_000)]);
  });
});

it('goes on after a restart of Postgres', async () => {
  const client = await world.connect();
  await withRelay(async () => {
    await world.stack.postgres.kill('SIGKILL');
    await sleep(1000);
    await world.stack.postgres.start();
    await started(await submit(client, 'restarted'), 15_000);
  });
});

it('tells Temporal of a cancel that only the ledger knows', async () => {
  const answer = await claimed('cancelled-in-ledger');
  const by = { actor: 'test', owner: 'default', role: 'operator' } as const;
  await withRelay(async () => {
    await world.ledger.requestCancel({ kind: 'video', resourceId: answer.resourceId }, by, null);
    await expect
      .poll(async () => eventTypes(answer), { timeout: 10_000 })
      .toContain('workflowExecutionCancelRequestedEventAttributes');
  });
});

it('takes over the outcome of a run that was terminated by hand', async () => {
  const answer = await claimed('terminated');
  await temporal.workflow.getHandle(answer.workflowId).terminate('by hand');
  await withRelay(async () => {
    await expect
      .poll(async () => (await world.ledger.get(answer))?.state, { timeout: 40_000 })
      .toBe('cancelled');
  });
});

it('a submit that is told of a run that was terminated by hand looks at once, and starts a new one', async () => {
  const answer = await claimed('found-dead');
  await temporal.workflow.getHandle(answer.workflowId).terminate('by hand');
  const client = await world.connect({ dispatch: 'now' });
  const submitted = () => client.submit('video', answer.resourceId);
  await expect.poll(async () => (await submitted()).generation, { timeout: 30_000, interval: 1100 }).toBe(2);
  expect(await client.runs(answer)).toMatchObject([{ state: 'pending' }, { state: 'cancelled' }]);
});

/** A run that is started in Temporal, and claimed as its first activity would. */
async function claimed(resourceId: string): Promise<Answer> {
  const answer = await submit(await world.connect({ dispatch: 'now' }), resourceId);
  const { runId: temporalRunId } = (await seen(answer)) ?? { runId: '' };
  const verdict = await world.ledger.claim({
    kind: 'video',
    resourceId,
    policy: video.policy,
    analyserVersion: video.version,
    run: { workflowId: workflowIdOf(answer), temporalRunId, fromReset: false },
    generation: 1,
  });
  expect(verdict.verdict).toBe('go');
  return answer;
}

async function eventTypes(answer: Answer): Promise<string[]> {
  const history = await temporal.workflow.getHandle(answer.workflowId).fetchHistory();
  return (history.events ?? []).flatMap((event) => Object.keys(event));
}
