import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, operator, type Resource, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'cpu', 'io'] as const) flow.startWorker(queue);
});
afterAll(() => flow?.stop());

const sleepers = () =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).match(/^\/usr\/bin\/sleep 54\.321$/gm);

async function runningWithChild(): Promise<Resource> {
  const resource = await flow.resource();
  resource.gate('a.child');
  await resource.submit();
  await eventually('the child runs', () => sleepers()?.length === 1);
  return resource;
}

async function endsCancelled(resource: Resource): Promise<void> {
  const askedAt = performance.now();
  const view = await resource.reaches('cancelled');
  expect(performance.now() - askedAt).toBeLessThan(5_000 + 3_000);
  expect(sleepers()).toBeNull();
  expect(view.result).toBeNull();
  expect(resource.witnessed('result')).toBe(0);
  const { temporalRunId } = view.run;
  await eventually(
    'cancelled in Temporal',
    async () => (await resource.temporalStatus(temporalRunId ?? '')) === 'CANCELLED',
  );
}

test('a cancelled run is cancelled once its processes are gone', async () => {
  const resource = await runningWithChild();
  await flow.ledger.requestCancel({ kind: 'once', resourceId: resource.id }, operator, 'enough');
  await endsCancelled(resource);
});

test('a run whose resource is deleted by SQL ends cancelled, and the resource can be put and analysed again', async () => {
  const resource = await runningWithChild();
  await flow.sql('delete from onceflow.resources where resource_id = $1', [resource.id]);
  await endsCancelled(resource);
  await flow.ledger.putResource(resource.id, { type: 'file', path: resource.path }, operator);
  resource.open('a.child');
  const answer = await resource.submit();
  expect(answer).toMatchObject({ outcome: 'started', generation: 2 });
  expect((await resource.reaches('completed')).result?.generation).toBe(2);
});

test('a run that an operator cancels in Temporal is cancelled in the ledger too', async () => {
  const resource = await runningWithChild();
  await flow.temporal.workflow.getHandle(`once:${resource.id}`).cancel();
  await endsCancelled(resource);
});

test('a cancelled analysis can be submitted again', async () => {
  const resource = await runningWithChild();
  await flow.ledger.requestCancel({ kind: 'once', resourceId: resource.id }, operator, null);
  await resource.reaches('cancelled');
  resource.open('a.child');
  expect(await resource.submit()).toMatchObject({ outcome: 'started', generation: 2 });
  await resource.reaches('completed');
});
