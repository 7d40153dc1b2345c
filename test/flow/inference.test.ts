import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, operator, startFlow } from '../support/flow.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'cpu', 'io'] as const) flow.startWorker(queue);
});
afterAll(() => flow?.stop());

/** Processes of the warm child, of this stack's worker. */
function servers(): readonly string[] {
  const commands = readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      return [];
    }
  });
  return commands.filter(
    (command) => command.includes('inference/server') && command.includes(flow.stack.dataDirectory),
  );
}

test('a run that infers is cancelled within 5 s, and nothing of it is left', async () => {
  const resource = await flow.resource();
  resource.gate('a.infer', '1800');
  await resource.submit();
  await eventually('the step has begun', () => resource.witnessed('a') === 1);
  await eventually('the child runs', () => servers().length > 0);
  const askedAt = performance.now();
  await flow.ledger.requestCancel({ kind: 'once', resourceId: resource.id }, operator, 'enough');
  await resource.reaches('cancelled');
  expect(performance.now() - askedAt).toBeLessThan(5_000 + 3_000);
  expect(servers()).toEqual([]);
});

test('two steps share one child, which is still warm when they are done', async () => {
  const resource = await flow.resource();
  resource.gate('a.infer', '1');
  resource.gate('b.infer', '1');
  await resource.submit('again');
  await resource.reaches('completed', 'again');
  expect(servers().length).toBeGreaterThan(0);
});
