/** Rounds of one fault on the workers of one queue; lanes of different queues go on at the same time. */
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchStack, type BenchWorker, eventually } from './stack.ts';

export interface Lane extends Required<Omit<BenchWorker, 'raised'>> {
  readonly kind: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** Workers that suffer it in one round, each at a moment of its own. */
  readonly victims: number;
}

/** Within this time the victims of a round are hit one after another. */
const SPREAD_MS = 2_000;
const LONGEST_MS = 120_000;

interface Held {
  readonly resourceId: string;
  readonly fence: number;
  readonly pid: number;
}

/** Milliseconds from each fault to the next attempt of a step that it hit, at least `times` of them. */
export async function breakWorkers(
  bench: BenchStack,
  lane: Lane,
  times: number,
  log: (line: string) => void,
): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let round = 1; taken.length < times; round += 1) {
    const ms = await oneRound(bench, lane, round);
    taken.push(...ms);
    log(
      `${lane.kind} ${lane.signal} ${taken.length}/${times}: ${ms.map((each) => Math.round(each)).join(' ')} ms`,
    );
  }
  return taken;
}

async function oneRound(bench: BenchStack, lane: Lane, round: number): Promise<readonly number[]> {
  const gate = bench.file(`${lane.kind}-${round}.gate`);
  const source = bench.file(`${lane.kind}.txt`);
  const ids = Array.from({ length: lane.victims }, (_, index) => `${lane.kind}-${round}-${index}`);
  const stopped: number[] = [];
  try {
    for (const id of ids) await bench.client.submit(lane.kind, id, { source, params: { gate } });
    const held = await eventually('all steps to run', () => allHeld(bench, ids), LONGEST_MS);
    const pids = [...new Set(held.map(({ pid }) => pid))];
    const hits = await Promise.all(pids.map((pid) => hit(lane, pid, stopped)));
    const times = await Promise.all(
      held.map(async (one) => (await begunAgain(bench, one)) - (hits[pids.indexOf(one.pid)] ?? 0)),
    );
    return times;
  } finally {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    rmSync(gate, { force: true });
    await Promise.all(ids.map((resourceId) => bench.client.result({ kind: lane.kind, resourceId })));
    if (lane.signal === 'SIGKILL') await delay(SPREAD_MS);
  }
}

/** At a random moment: heartbeats come every 2 s, and which part of that is hit decides. Answers when. */
async function hit(lane: Lane, pid: number, stopped: number[]): Promise<number> {
  await delay(Math.random() * SPREAD_MS);
  process.kill(pid, lane.signal);
  if (lane.signal === 'SIGSTOP') stopped.push(pid);
  return Date.now();
}

async function allHeld({ sql }: BenchStack, ids: readonly string[]): Promise<readonly Held[] | false> {
  const rows = await sql<{ resource_id: string; fence: string; pid: number }>(
    `select r.resource_id, a.fence, w.pid from onceflow.step_attempts a
       join onceflow.runs r using (run_id) join onceflow.workers w on w.worker_id = a.worker
      where r.resource_id = any($1) and a.state = 'running'`,
    [ids],
  );
  if (rows.length < ids.length) return false;
  return rows.map(({ resource_id, fence, pid }) => ({ resourceId: resource_id, fence: Number(fence), pid }));
}

async function begunAgain({ sql }: BenchStack, { resourceId, fence }: Held): Promise<number> {
  const begun = await eventually(
    `${resourceId} to run again`,
    async () => {
      const [row] = await sql<{ at: Date }>(
        `select min(a.started_at) as at from onceflow.step_attempts a join onceflow.runs r using (run_id)
          where r.resource_id = $1 and a.fence > $2 having count(*) > 0`,
        [resourceId, fence],
      );
      return row?.at;
    },
    LONGEST_MS,
  );
  return begun.getTime();
}
