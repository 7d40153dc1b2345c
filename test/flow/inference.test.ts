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

test('two steps share one child, which is warm for the next run; what duplicates saved of the gpu is known', async () => {
  const resource = await flow.resource();
  resource.gate('a.infer', '1');
  resource.gate('b.infer', '1');
  const answer = await resource.submit('again');
  await resource.submit('again');
  const done = await resource.reaches('completed', 'again');
  expect(servers().length).toBeGreaterThan(0);
  // The probe has no step on that queue: its worker is taken for one.
  await flow.sql(`update onceflow.workers set queue = 'gpu' where queue = 'cpu'`);
  const use = await flow.ledger.gpuUse(done.run.runId);
  expect(answer.outcome).toBe('started');
  expect(use).toMatchObject({ savedByMemoryMs: 0, duplicates: 1, savedByDuplicatesMs: use.usedMs });
  expect(use.usedMs).toBeGreaterThan(0);
  await resource.submit('again');
  const second = await eventually('the second run completes', async () => {
    const seen = await resource.view('again');
    return seen.run.generation === 2 && seen.state === 'completed' && seen.run;
  });
  const { savedByMemoryMs } = await flow.ledger.gpuUse(second.runId);
  expect(savedByMemoryMs).toBeGreaterThan(0);
});
