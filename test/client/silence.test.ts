import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSilenceCheck, createSilenceWatch } from '../../client/silence.ts';
import type { SilentRun } from '../../ledger/ledger.ts';

const passEveryMs = 5000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A ledger of silent runs, whose workflows are open in Temporal unless they are said to be terminated. */
function silence(count: number) {
  const runs = Array.from({ length: count }, (_, index) => silentRun(String(index).padStart(5, '0')));
  const terminated = new Set<string>();
  const [looks, closed]: [string[], string[]] = [[], []];
  const describe = async (workflowId: string) => {
    looks.push(workflowId);
    return { runId: workflowId, status: { name: terminated.has(workflowId) ? 'TERMINATED' : 'RUNNING' } };
  };
  const temporal = {
    withDeadline: (_at: number, call: () => unknown) => call(),
    workflow: { getHandle: (workflowId: string) => ({ describe: () => describe(workflowId) }) },
  } as unknown as Client;
  const ledger = {
    silentRuns: async (_ms: number, limit: number, after?: SilentRun) =>
      runs
        .filter(({ runId }) => !closed.includes(runId) && (after === undefined || runId > after.runId))
        .slice(0, limit),
    silentRun: async (_ms: number, runId: string) => runs.find((run) => run.runId === runId) ?? null,
    takeOverOutcome: async (runId: string) => {
      closed.push(runId);
      return { action: 'closed' } as const;
    },
  };
  const last = runs.at(-1)?.runId ?? '';
  return { context: { ledger, temporal }, last, terminated, looks, closed };
}

function silentRun(runId: string): SilentRun {
  const rest = { generation: 1, startedAt: runId, silentMs: 60_000 };
  return { kind: 'video', resourceId: runId, workflowId: runId, temporalRunId: runId, runId, ...rest };
}

async function passes(watch: () => Promise<void>, count: number): Promise<void> {
  for (let pass = 0; pass < count; pass += 1) {
    await watch();
    vi.advanceTimersByTime(passEveryMs);
  }
}

it('looks at the last of 300 silent runs before it looks at any of them again', async () => {
  const { context, last, terminated, looks, closed } = silence(300);
  terminated.add(last);
  await passes(createSilenceWatch(context), 15);
  expect(closed).toEqual([last]);
  expect(new Set(looks).size).toBe(300);
});

it('looks at all of 1,200 silent runs, more than it lists at a time, and again at the first', async () => {
  const { context, last, terminated, looks, closed } = silence(1200);
  terminated.add(last);
  const watch = createSilenceWatch(context);
  await passes(watch, 100);
  expect(closed).toEqual([last]);
  expect(new Set(looks).size).toBe(1200);
  terminated.add('00000');
  await passes(watch, 100);
  expect(closed).toEqual([last, '00000']);
});

it('goes on looking when the clock is set back', async () => {
  const [watched, checked] = [silence(1), silence(1)];
  const watch = createSilenceWatch(watched.context);
  const check = createSilenceCheck(checked.context);
  await Promise.all([watch(), check(checked.last)]);
  vi.setSystemTime(Date.now() - 3_600_000);
  vi.advanceTimersByTime(31_000);
  for (const { terminated, last } of [watched, checked]) terminated.add(last);
  await watch();
  expect(watched.closed).toHaveLength(1);
  expect(await check(checked.last)).toBe(true);
});

it('a submit looks at its own run, however many are silent', async () => {
  const { context, last, terminated } = silence(700);
  terminated.add(last);
  expect(await createSilenceCheck(context)(last)).toBe(true);
});

it.each(['RUNNING', 'PAUSED', 'SOMETHING NEW'])(
  'leaves a run to the one that a reset put in its place and that is %s',
  async (name) => {
    const { context, last, closed } = silence(1);
    const describe = async (runId?: string) =>
      runId === undefined ? { runId: 'reset', status: { name } } : { runId, status: { name: 'TERMINATED' } };
    const workflow = { getHandle: (_: string, runId?: string) => ({ describe: () => describe(runId) }) };
    const temporal = { ...context.temporal, workflow } as unknown as Client;
    expect(await createSilenceCheck({ ...context, temporal })(last)).toBe(false);
    expect(closed).toEqual([]);
  },
);
