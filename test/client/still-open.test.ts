import { afterAll, beforeAll, expect, it } from 'vitest';
import { runRelay } from '../../client/relay.ts';
import { openTemporal } from '../../client/temporal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let temporal: ReturnType<typeof openTemporal>;
beforeAll(async () => {
  world = await startWorld();
  const { temporalAddress: address, temporalNamespace: namespace } = world.stack;
  temporal = openTemporal({ address, namespace });
});
afterAll(async () => {
  await temporal.connection.close();
  await world.stop();
});

it('a start that meets an open run of its workflow ID is made again once that one has closed', async () => {
  const workflowId = 'video:still-open';
  const old = await temporal.workflow.start('video', { workflowId, taskQueue: 'nobody' });
  const client = await world.connect({ dispatch: 'now' });
  const answer = await client.submit('video', 'still-open', { source: await world.file() });
  expect(answer.outcome).toBe('started');
  const stop = new AbortController();
  const relay = runRelay({ ledger: world.ledger, temporal, signal: stop.signal });
  try {
    await old.terminate('by hand');
    const current = async () => (await temporal.workflow.getHandle(workflowId).describe()).runId;
    await expect.poll(current, { timeout: 20_000 }).not.toBe(old.firstExecutionRunId);
  } finally {
    stop.abort();
    await relay;
  }
});
