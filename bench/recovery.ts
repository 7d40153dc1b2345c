/**
 * From a fault to the work running again:
 * - a worker killed (kill -9), its steps running on another attempt: heartbeat timeout and first retry make 11 s;
 * - a worker stopped (SIGSTOP), its steps running on another worker;
 * - Temporal away for a minute: work submitted meanwhile runs soon after its return;
 * - Postgres restarted: work submitted right after it runs.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { distribution, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { breakWorkers, type Lane } from './recovery-lanes.ts';
import { type BenchStack, eventually, startBench } from './stack.ts';

const TIMES = 50;
const KILLED_MS = 13_000;
const HUNG_MS = 22_000;
const AFTER_TEMPORAL_MS = 10_000;
const AFTER_POSTGRES_MS = 5_000;
const OUTAGE_MS = 60_000;

/**
 * Hung ones on two queues: where each worker does two steps at a time, and where it does one. Of those that are killed
 * half stay alive: a process that dies at every round would be held back as one that cannot live.
 */
const lanes = {
  killed: { kind: 'light', queue: 'cpu', signal: 'SIGKILL', processes: 10, slots: 1, victims: 5 },
  hungTwo: { kind: 'lightio', queue: 'io', signal: 'SIGSTOP', processes: 4, slots: 2, victims: 2 },
  hungOne: { kind: 'lightgpu', queue: 'gpu', signal: 'SIGSTOP', processes: 4, slots: 1, victims: 2 },
} as const satisfies Record<string, Lane>;

export async function measureRecovery({ log, times = TIMES }: BenchOptions): Promise<readonly Measured[]> {
  const bench = await startBench([{ queue: 'control' }, ...Object.values(lanes)]);
  try {
    const half = Math.ceil(times / 2);
    const [killed, two, one] = await Promise.all([
      breakWorkers(bench, lanes.killed, times, log),
      breakWorkers(bench, lanes.hungTwo, half, log),
      breakWorkers(bench, lanes.hungOne, half, log),
    ]);
    return [
      fromTimes('worker killed to step running again', killed, KILLED_MS),
      fromTimes('worker hung to step running again', [...two, ...one], HUNG_MS),
      await afterTemporal(bench, log),
      await afterPostgres(bench, log),
    ];
  } finally {
    await bench.stop();
  }
}

/** The worst of them counts. */
function fromTimes(name: string, ms: readonly number[], goalMs: number): Measured {
  return {
    name,
    ratio: rounded(Math.max(...ms) / goalMs),
    goal: 1,
    parts: { ...distribution('again', ms, 'ms'), times: ms.length, goal_ms: goalMs },
  };
}

async function afterTemporal(bench: BenchStack, log: (line: string) => void): Promise<Measured> {
  await bench.stack.temporal.kill('SIGKILL');
  log('Temporal is away');
  const source = bench.file('t.txt');
  const answer = await bench.client.submit('light', 'during', { source });
  await delay(OUTAGE_MS);
  await bench.stack.temporal.start();
  const back = performance.now();
  const ids = ['during', ...(await submitAfter(bench, 'after-temporal', source))];
  log(`Temporal is back; submitted meanwhile: ${answer.outcome}`);
  return untilBegun(bench, 'Temporal away for a minute, to work running', ids, back, AFTER_TEMPORAL_MS);
}

async function afterPostgres(bench: BenchStack, log: (line: string) => void): Promise<Measured> {
  const source = bench.file('p.txt');
  await bench.stack.postgres.kill('SIGINT');
  await bench.stack.postgres.start();
  const back = performance.now();
  log('Postgres is back');
  const ids = await submitAfter(bench, 'after-postgres', source);
  return untilBegun(bench, 'Postgres restarted, to work running', ids, back, AFTER_POSTGRES_MS);
}

async function submitAfter({ client }: BenchStack, id: string, source: string): Promise<readonly string[]> {
  await client.submit('light', id, { source });
  return [id];
}

async function untilBegun(
  { sql }: BenchStack,
  name: string,
  ids: readonly string[],
  since: number,
  goalMs: number,
): Promise<Measured> {
  const begun = `select count(distinct r.resource_id)::int as begun from onceflow.step_attempts a
    join onceflow.runs r using (run_id) where r.resource_id = any($1)`;
  await eventually(`${ids.join(', ')} begun`, async () => {
    const [row] = await sql<{ begun: number }>(begun, [ids]);
    return row?.begun === ids.length;
  });
  const ms = rounded(performance.now() - since);
  return { name, ratio: rounded(ms / goalMs), goal: 1, parts: { running_after_ms: ms, goal_ms: goalMs } };
}
