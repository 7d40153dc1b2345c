import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

/** Somebody else's work on the device of this stack's gpu worker. */
function holdDevice(): ChildProcess {
  const folder = join(flow.stack.dataDirectory, 'devices');
  const [lock = ''] = readdirSync(folder);
  return spawn('flock', ['--no-fork', '--exclusive', join(folder, lock), 'sleep', '120'], {
    stdio: 'ignore',
  });
}

/** The probe's steps stall after 6 s; an attempt looks every 2 s whether it has. */
const WAITS_MS = 10_000;

/** A step that has waited for longer than it may stall, for a device that somebody else holds all the while. */
async function waitingStep(gate: string, content: string) {
  const resource = await flow.resource();
  resource.gate(gate, content);
  const { runId } = await resource.submit('chain');
  await eventually('the step has begun', () => resource.witnessed('right') === 1);
  await delay(WAITS_MS);
  return { resource, runId };
}

test('a step that waits for its device has not stalled, however long that takes', async () => {
  const gpu = flow.startWorker('gpu');
  await eventually('the gpu worker polls', () => gpu.output().includes('polling'));
  const holder = holdDevice();
  try {
    const { resource, runId } = await waitingStep('right.infer', '1');
    holder.kill('SIGKILL');
    await resource.reaches('completed', 'chain');
    const right = (await flow.ledger.steps(runId)).filter(({ step }) => step === 'chain.right');
    expect(right.map(({ failure }) => failure)).toEqual([null]);
  } finally {
    holder.kill('SIGKILL');
  }
});

test('so has a child that waits for it', async () => {
  const holder = holdDevice();
  try {
    const { resource, runId } = await waitingStep('right.child', 'quiet');
    const failures = async () => (await flow.ledger.steps(runId)).flatMap(({ failure }) => failure ?? []);
    expect(await failures()).toEqual([]);
    await flow.ledger.requestCancel({ kind: 'chain', resourceId: resource.id }, operator, 'enough');
    await resource.reaches('cancelled', 'chain');
    expect(resource.witnessed('right')).toBe(1);
  } finally {
    holder.kill('SIGKILL');
  }
});
