import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'cpu', 'io'] as const) flow.startWorker(queue);
});
afterAll(() => flow?.stop());

test('a submitted analysis runs its steps once and commits one result', async () => {
  const resource = await flow.resource();
  const answer = await resource.submit();
  const view = await resource.reaches('completed');
  expect(answer.outcome).toBe('started');
  expect(view.result).toMatchObject({ generation: 1, status: 'complete', schema: 'analysis.once/1' });
  expect(view.result?.artefacts.map((artefact) => artefact.name).sort()).toEqual(['a.txt', 'b.txt']);
  expect([resource.witnessed('a'), resource.witnessed('b'), resource.witnessed('result')]).toEqual([1, 1, 1]);
});

test('a workflow that somebody starts by hand obeys the admission table', async () => {
  const resource = await flow.resource();
  await resource.submit();
  await resource.closes('completed');
  const outcome = await flow.temporal.workflow.execute('once', {
    workflowId: `once:${resource.id}`,
    taskQueue: 'control',
  });
  expect(outcome).toMatchObject({ generation: 1, resultSchema: 'analysis.once/1' });
  expect(resource.witnessed('a')).toBe(1);
});

test('a start by hand of an allow-rerun kind computes again, found by its search attributes', async () => {
  const resource = await flow.resource();
  await resource.submit('again');
  await resource.closes('completed', 'again');
  const handle = await flow.temporal.workflow.start('again', {
    workflowId: `again:${resource.id}`,
    taskQueue: 'control',
  });
  expect(await handle.result()).toMatchObject({ generation: 2 });
  const view = await resource.view('again');
  expect(view.run).toMatchObject({ trigger: 'direct', state: 'completed' });
  const found = await eventually('visible', async () => {
    const query = `ResourceId = "${resource.id}" AND Generation = 2 AND AnalysisKind = "again"`;
    for await (const workflow of flow.temporal.workflow.list({ query })) return workflow;
    return null;
  });
  expect(found.workflowId).toBe(`again:${resource.id}`);
});

test('a start by hand of an unknown resource, or under another ID, fails and says why', async () => {
  const start = (workflowId: string) =>
    flow.temporal.workflow.execute('once', { workflowId, taskQueue: 'control' });
  await expect(start('once:nobody')).rejects.toMatchObject({ cause: { type: 'RESOURCE_UNKNOWN' } });
  await expect(start('something')).rejects.toMatchObject({ cause: { type: 'WORKFLOW_ID_INVALID' } });
});

test('a failure that no retry can mend ends the run at once, under its code', async () => {
  const resource = await flow.resource();
  resource.gate('a.fail', {
    code: 'BAD_BYTES',
    message: 'the bytes are bad',
    hint: 'bring others',
    retry: 'never',
  });
  resource.gate('b.hold');
  await resource.submit();
  const view = await resource.closes('failed');
  expect(view.run.failure).toMatchObject({ code: 'BAD_BYTES', hint: 'bring others' });
  expect([resource.witnessed('a'), resource.witnessed('result')]).toEqual([1, 0]);
  expect(await resource.temporalStatus(view.run.temporalRunId ?? '')).toBe('FAILED');
});

test('work done before a failure is remembered by the retry', async () => {
  const resource = await flow.resource();
  resource.gate('result.fail', { code: 'BAD_JOIN', message: 'no join', hint: 'try again', retry: 'never' });
  await resource.submit();
  await resource.reaches('failed');
  resource.open('result.fail');
  await resource.submit('once', { wish: 'retry' });
  const view = await resource.reaches('completed');
  expect(view.result?.generation).toBe(2);
  expect([resource.witnessed('a'), resource.witnessed('b'), resource.witnessed('result')]).toEqual([1, 1, 2]);
});

test('an input that changes while it is analysed fails the run', async () => {
  const resource = await flow.resource();
  resource.gate('a.hold');
  await resource.submit();
  await eventually('a runs', () => resource.witnessed('a') === 1);
  const { appendFileSync } = await import('node:fs');
  appendFileSync(resource.path, 'more\n');
  resource.open('a.hold');
  const view = await resource.reaches('failed');
  expect(view.run.failure?.code).toBe('CONTENT_CHANGED');
});
