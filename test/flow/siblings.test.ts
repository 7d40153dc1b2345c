import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'cpu', 'io'] as const) flow.startWorker(queue);
});
afterAll(() => flow?.stop());

const sleepers = () =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).match(/^\/usr\/bin\/sleep 54\.321$/gm)?.length ??
  0;

test('a run has failed only when the steps beside the one that failed are gone', async () => {
  const resource = await flow.resource();
  resource.gate('b.child');
  resource.gate('a.hold');
  await resource.submit();
  await eventually(
    'the child of b runs and a waits',
    () => sleepers() === 1 && resource.witnessed('a') === 1,
  );
  resource.gate('a.break', { code: 'BAD_BYTES', message: 'the bytes are bad', hint: 'none', retry: 'never' });
  resource.open('a.hold');
  const view = await resource.reaches('failed');
  expect(view.run.failure?.code).toBe('BAD_BYTES');
  expect(sleepers()).toBe(0);
});
