import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, operator, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'cpu', 'io'] as const) flow.startWorker(queue);
});
afterAll(() => flow?.stop());

test('DIREND: a run that is told to end is CANCELED in Temporal, so that it does not block the next start', async () => {
  const resource = await flow.resource();
  const workflowId = `once:${resource.id}`;
  resource.gate('a.hold');
  await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  await flow.temporal.workflow.getHandle(workflowId).terminate('by hand');
  await flow.ledger.requestCancel({ kind: 'once', resourceId: resource.id }, operator, null);
  // Nothing is left to do for it: the generation is being cancelled.
  const direct = await flow.temporal.workflow.start('once', { workflowId, taskQueue: 'control' });
  const status = await eventually('the direct run ends', async () => {
    const { name } = (await direct.describe()).status;
    return name !== 'RUNNING' && name;
  });
  expect(status).toBe('CANCELLED');
  await resource.reaches('cancelled');
  resource.open('a.hold');
  // ALLOW_DUPLICATE_FAILED_ONLY: had the direct run completed, Temporal would refuse this one for ever.
  expect(await resource.submit()).toMatchObject({ outcome: 'started', generation: 2 });
  expect((await resource.reaches('completed')).result?.generation).toBe(2);
});
