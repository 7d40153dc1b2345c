/**
 * Duplicate submits per second of one process, against primary-key SELECTs of the same process through `pg`, and
 * against the design that it replaces (old-design/), in the same run. Rounds alternate; each side has as many callers.
 */
import pg from 'pg';
import type { SubmitItem } from '../client/index.ts';
import { createLedger, createPool } from '../ledger/index.ts';
import { createDriver } from '../test/client/drive.ts';
import { atMost, median, rounded } from './figures.ts';
import { kept } from './kind/definition.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { measureOldDesign, type OldDesign } from './old-design/run.ts';
import { type BenchStack, eventually, startBench } from './stack.ts';

const ROUNDS = 5;
const KEYS = 1_000;
const A_ROUND = 10_000;
const CALLERS = 200;
const CONNECTIONS = 10;
const requestedBy = { actor: 'bench', owner: 'bench', role: 'operator' } as const;

interface Rates {
  readonly select: number;
  readonly one: number;
  readonly many: number;
  readonly running: number;
  readonly together: number;
}

export async function measureDuplicates({
  log,
  times = ROUNDS,
  light = A_ROUND,
}: BenchOptions): Promise<readonly Measured[]> {
  const bench = await startBench([{ queue: 'control' }, { queue: 'cpu', slots: 16 }]);
  try {
    const items = await completeAll(bench, log);
    const rounds: Rates[] = [];
    for (let round = -1; round < times; round += 1) {
      const rates = await oneRound(bench, items, round < 0 ? KEYS : light);
      log(
        Object.entries(rates)
          .map(([name, rate]) => `${name} ${Math.round(rate)}/s`)
          .join(', '),
      );
      if (round >= 0) rounds.push(rates);
    }
    const old = await measureOldDesign(log);
    return [...againstSelect(rounds), ...(old === null ? [] : againstOldDesign(rounds, old))];
  } finally {
    await bench.stop();
  }
}

/** Every key has a file and a result of its own, which come from the ledger alone; one more analysis is running. */
async function completeAll(bench: BenchStack, log: (line: string) => void): Promise<readonly SubmitItem[]> {
  const items = Array.from({ length: KEYS }, (_, index) => {
    const id = `d${index}`;
    return { kind: 'kept', resourceId: id, source: bench.file(`${id}.txt`) };
  });
  const pool = createPool({
    databaseUrl: bench.stack.databaseUrl,
    max: 8,
    waitMs: 60_000,
    statementTimeoutMs: 60_000,
  });
  const ledger = createLedger(pool);
  const driver = createDriver(ledger, kept);
  const request = {
    wish: 'submit',
    policy: kept.policy,
    analyserVersion: kept.version,
    params: {},
    priority: 3,
  } as const;
  await atMost(8, items, async ({ kind, resourceId, source: path }) => {
    const source = { type: 'file', path } as const;
    await ledger.submit([
      { ...request, kind, resourceId, source, fromScratch: false, observedPin: null, requestedBy },
    ]);
    // Where a relay was quicker, or takes it over meanwhile, the workers complete it.
    const claimed = driver.claim(resourceId, 1);
    await claimed.then(driver.complete).catch(() => undefined);
  });
  await ledger.close();
  const gate = bench.file('gate');
  await bench.client.submit('kept', 'run', { source: bench.file('run.txt'), params: { gate } });
  const done = 'select count(*)::int as done from onceflow.results';
  await eventually(
    `${KEYS} results`,
    async () => ((await bench.sql<{ done: number }>(done))[0]?.done ?? 0) >= KEYS,
  );
  log(`${KEYS} analyses are completed, one is running`);
  return items;
}

async function oneRound(bench: BenchStack, items: readonly SubmitItem[], calls: number): Promise<Rates> {
  const { client } = bench;
  const itemAt = (call: number): SubmitItem => items[call % items.length] as SubmitItem;
  const submitOf = async ({ kind, resourceId, source }: SubmitItem): Promise<void> => {
    const { outcome } = await client.submit(kind, resourceId, source === undefined ? {} : { source });
    if (outcome === 'started') throw new Error(`${resourceId} was started again`);
  };
  const run = { kind: 'kept', resourceId: 'run' };
  return {
    select: await selectsPerSecond(bench, calls),
    one: await perSecond(calls, () => submitOf(itemAt(0))),
    many: await perSecond(calls, (call) => submitOf(itemAt(call))),
    running: await perSecond(calls, () => submitOf(run)),
    together: await togetherPerSecond(bench, items),
  };
}

async function perSecond(calls: number, work: (call: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await atMost(CALLERS, [...Array(calls).keys()], work);
  return (calls * 1000) / (performance.now() - began);
}

/** One row by its primary key, prepared, as a status table would be asked. */
async function selectsPerSecond({ stack, sql }: BenchStack, calls: number): Promise<number> {
  const rows = await sql<{ run_id: string }>('select run_id from onceflow.runs limit 1000');
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: CONNECTIONS });
  const text = 'select run_id, state, generation from onceflow.runs where run_id = $1';
  try {
    await atMost(CONNECTIONS, rows, (row) => pool.query({ name: 'warm', text, values: [row.run_id] }));
    return await perSecond(calls, (call) =>
      pool.query({ name: 'status', text, values: [rows[call % rows.length]?.run_id] }),
    );
  } finally {
    await pool.end();
  }
}

const TOGETHER_TIMES = 5;

async function togetherPerSecond({ client }: BenchStack, items: readonly SubmitItem[]): Promise<number> {
  const began = performance.now();
  for (let time = 0; time < TOGETHER_TIMES; time += 1) await client.submitMany(items);
  return (items.length * TOGETHER_TIMES * 1000) / (performance.now() - began);
}

function againstSelect(rounds: readonly Rates[]): readonly Measured[] {
  const names = {
    one: 'completed, one key',
    many: 'completed, many keys',
    running: 'running, one key',
  } as const;
  return (['one', 'many', 'running'] as const).map((which) => ({
    name: `duplicates (${names[which]}) against SELECT`,
    ratio: rounded(median(rounds.map((rates) => rates[which] / rates.select))),
    goal: 0.5,
    better: 'more',
    parts: {
      duplicates_per_s: rate(rounds, which),
      selects_per_s: rate(rounds, 'select'),
      callers: CALLERS,
      rounds: rounds.length,
    },
  }));
}

function againstOldDesign(rounds: readonly Rates[], old: OldDesign): readonly Measured[] {
  const compare = (name: string, which: keyof Rates, goal: number): Measured => ({
    name: `${name} against Celery and Redis`,
    ratio: rounded(rate(rounds, which) / old.togetherPerS),
    goal,
    better: 'more',
    parts: {
      duplicates_per_s: rate(rounds, which),
      old_design_per_s: rounded(old.togetherPerS),
      old_design_one_at_a_time_per_s: rounded(old.oneAtATimePerS),
    },
  });
  return [
    compare('duplicates, one key', 'one', 10),
    compare('duplicates, many keys', 'many', 10),
    compare(`submitMany of ${KEYS} duplicates`, 'together', 100),
  ];
}

function rate(rounds: readonly Rates[], which: keyof Rates): number {
  return rounded(median(rounds.map((rates) => rates[which])));
}
