/**
 * A ledger with a million analyses and three million runs against an empty one on the same Postgres: submit, a
 * duplicate submit, get, list and claim at p99. Calls alternate between the two, so that both meet the same machine.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../dev/postgres.ts';
import { removeStackData } from '../dev/stack.ts';
import { createLedger, createPool } from '../ledger/index.ts';
import type { Ledger, SubmitRequest } from '../ledger/ledger.ts';
import { migrate } from '../ledger/migrate.ts';
import { workflowIdOf } from '../policy/ids.ts';
import { distribution, median, quantile, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { filledId, fillLedger, RUNS_PER_ANALYSIS } from './scale-fill.ts';

const ANALYSES = 1_000_000;
const ROUNDS = 5;
const CALLS = 400;
const GOAL = 2;
const KIND = 'light';
const by = { actor: 'bench', owner: 'bench', role: 'operator' } as const;

export async function measureScale({
  log,
  times = ROUNDS,
  analyses = ANALYSES,
}: BenchOptions): Promise<readonly Measured[]> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'onceflow-scale-'));
  // Postgres runs as an account of its own where this runs as root.
  await chmod(dataDirectory, 0o755);
  const quiet = { onProgress: () => undefined, onSpawn: async () => undefined };
  const { server, url } = await startPostgres({ dataDirectory, ...quiet });
  try {
    const emptyUrl = await anotherDatabase(url);
    for (const each of [url, emptyUrl]) await migrate(each);
    await fillLedger(url, analyses, log);
    const [full, empty] = [open(url), open(emptyUrl)];
    try {
      return await compare({ full, empty }, { log, times, analyses });
    } finally {
      await Promise.all([full.close(), empty.close()]);
    }
  } finally {
    await server.stop();
    await removeStackData(dataDirectory);
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

async function anotherDatabase(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('create database empty_ledger');
  await client.end();
  const url = new URL(databaseUrl);
  url.pathname = '/empty_ledger';
  return url.href;
}

function open(databaseUrl: string): Ledger {
  return createLedger(createPool({ databaseUrl, max: 4, waitMs: 10_000, statementTimeoutMs: 60_000 }));
}

interface Ledgers {
  readonly full: Ledger;
  readonly empty: Ledger;
}

type Size = Required<Pick<BenchOptions, 'log' | 'times' | 'analyses'>>;

const operations = ['submit', 'claim', 'duplicate', 'get', 'list'] as const;
type Operation = (typeof operations)[number];
type Taken = Record<Operation, number[]>;

async function compare(
  { full, empty }: Ledgers,
  { log, times, analyses }: Size,
): Promise<readonly Measured[]> {
  const rounds: { readonly full: Taken; readonly empty: Taken }[] = [];
  for (let round = -1; round < times; round += 1) {
    const taken = { full: nothingTaken(), empty: nothingTaken() };
    for (let call = 0; call < CALLS; call += 1) {
      const id = `new-${round + 1}-${call}`;
      await callAll(empty, taken.empty, id, id);
      await callAll(full, taken.full, id, filledId(1 + Math.floor(Math.random() * analyses)));
    }
    if (round < 0) continue;
    rounds.push(taken);
    log(
      operations.map((name) => `${name} ${p99(taken.full[name])} / ${p99(taken.empty[name])} ms`).join(', '),
    );
  }
  return operations.map((name) => {
    const ratios = rounds.map((taken) => p99(taken.full[name]) / p99(taken.empty[name]));
    const all = (which: keyof Ledgers): number[] => rounds.flatMap((taken) => taken[which][name]);
    const sizes = { analyses, runs: analyses * RUNS_PER_ANALYSIS, calls: times * CALLS };
    const parts = {
      ...distribution('full', all('full'), 'ms'),
      ...distribution('empty', all('empty'), 'ms'),
      ...sizes,
    };
    return { name: `${name} at p99, full against empty`, ratio: rounded(median(ratios)), goal: GOAL, parts };
  });
}

function nothingTaken(): Taken {
  return { submit: [], claim: [], duplicate: [], get: [], list: [] };
}

function p99(values: readonly number[]): number {
  return rounded(quantile(values, 0.99), 2);
}

/** `known`: an analysis that is there already; in the empty ledger there is none but the new one. */
async function callAll(ledger: Ledger, taken: Taken, id: string, known: string): Promise<void> {
  const timed = async <T>(operation: Operation, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const answer = await work();
    taken[operation].push(performance.now() - began);
    return answer;
  };
  const key = { kind: KIND, resourceId: id };
  const run = { workflowId: workflowIdOf(key), temporalRunId: randomUUID(), fromReset: false };
  const policy = { policy: 'no-repeat', analyserVersion: 1 } as const;
  await timed('submit', () => ledger.submit([requestOf(id)]));
  await timed('claim', () => ledger.claim({ ...key, ...policy, run, generation: 1 }));
  await timed('duplicate', () => ledger.submit([requestOf(known)]));
  await timed('get', () => ledger.get({ kind: KIND, resourceId: known }));
  await timed('list', () => ledger.list({ kind: KIND, state: 'running', limit: 50 }));
}

function requestOf(resourceId: string): SubmitRequest {
  return {
    ...{ kind: KIND, resourceId, wish: 'submit', policy: 'no-repeat', analyserVersion: 1, params: {} },
    ...{ priority: 3, idempotencyKey: randomUUID(), fromScratch: false, observedPin: null, requestedBy: by },
    source: { type: 'file', path: `/data/${resourceId}` },
  };
}
