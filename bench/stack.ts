/**
 * The product as the benchmarks drive it: the embedded stack, supervised worker processes that serve the bench kinds,
 * a client in this process, and beside them, if asked for, the bare worker that serves as yardstick.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { connect, type Onceflow } from '../client/index.ts';
import { openTemporal } from '../client/temporal.ts';
import { loadConfig } from '../config/config.ts';
import { childEnvironment } from '../config/environment.ts';
import { workerNodeOptions } from '../config/worker-memory.ts';
import { removeStackData, type Stack, startStack } from '../dev/stack.ts';
import { superviseProcesses, type Supervision } from '../dev/supervisor.ts';
import { createPool } from '../ledger/index.ts';
import { migrate } from '../ledger/migrate.ts';
import { benchKinds } from './kind/definition.ts';

export interface BenchWorker {
  readonly queue: 'control' | 'cpu' | 'io' | 'gpu' | 'bare' | 'bare-steps';
  /** Processes of it; default 1. */
  readonly processes?: number;
  /** Steps at a time of each; default: the product's. */
  readonly slots?: number;
  /** Steps whose version is higher than it says. */
  readonly raised?: readonly string[];
}

export interface BenchStack {
  readonly stack: Stack;
  readonly client: Onceflow;
  readonly temporal: Client;
  readonly home: string;
  /** Writes a file below the roots; answers its path. */
  file(name: string): string;
  sql<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<readonly Row[]>;
  /** Worker processes that run at the moment, by name: `cpu-1`. */
  pids(): Readonly<Record<string, number>>;
  /** Starts further workers; ends them with what it answers, at the latest when the stack stops. */
  start(workers: readonly BenchWorker[]): Promise<() => Promise<void>>;
  /** Stops everything; `after` is called when the processes are gone and before the files are. */
  stop(after?: () => void): Promise<void>;
}

const READY_MS = 300_000;

export async function startBench(workers: readonly BenchWorker[]): Promise<BenchStack> {
  const home = mkdtempSync(join(tmpdir(), 'onceflow-bench-'));
  const files = join(home, 'files');
  mkdirSync(files);
  const config = loadConfig({ overrides: { dataDirectory: join(home, 'data'), roots: [files] } });
  const { dataDirectory, temporalCli, cacheDirectory, packageIndexUrl } = config;
  const stack = await startStack({
    ...{ dataDirectory, temporalCli, cacheDirectory, packageIndexUrl, ui: 'off' },
    onReady: async ({ databaseUrl }) => void (await migrate(databaseUrl)),
  });
  const env = childEnvironment(config, { ...stack, roots: [files] });
  const supervise = (added: readonly BenchWorker[]) =>
    superviseProcesses(specsOf(added, stack, env), {
      logDirectory: join(dataDirectory, 'logs'),
      attempts: 1_000,
    });
  const bench = await openBench(stack, supervise, home);
  await bench.start(workers).catch(async (error: unknown) => {
    await bench.stop();
    throw error;
  });
  return bench;
}

type Supervise = (workers: readonly BenchWorker[]) => Supervision;

/** The client and the connections of this process, and how all of it ends. */
async function openBench(stack: Stack, supervise: Supervise, home: string): Promise<BenchStack> {
  const files = join(home, 'files');
  const supervised = new Set<Supervision>();
  const pool = createPool({
    databaseUrl: stack.databaseUrl,
    max: 4,
    waitMs: 5_000,
    statementTimeoutMs: 60_000,
  });
  const temporal = openTemporal({ address: stack.temporalAddress, namespace: stack.temporalNamespace });
  const { databaseUrl } = stack;
  const kinds = benchKinds.map((definition) => ({ definition }));
  const at = { address: stack.temporalAddress, namespace: stack.temporalNamespace };
  const client = await connect({ databaseUrl, temporal: at, kinds, role: 'operator', owner: 'bench' });
  const sql: BenchStack['sql'] = async <Row extends Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ) => (await pool.query<Row>(text, values)).rows;
  return {
    ...{ stack, client, temporal, home, sql },
    file(name) {
      writeFileSync(join(files, name), `bytes of ${name}\n`);
      return join(files, name);
    },
    pids: () => Object.assign({}, ...[...supervised].map((each) => each.pids())),
    start: createStart(sql, supervise, supervised),
    async stop(after) {
      await client.close();
      await Promise.all([...supervised].map((each) => each.stop()));
      await pool.close();
      await temporal.connection.close();
      await stack.stop();
      after?.();
      await removeStackData(stack.dataDirectory);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function createStart(
  sql: BenchStack['sql'],
  supervise: Supervise,
  supervised: Set<Supervision>,
): BenchStack['start'] {
  return async (workers) => {
    const seenBefore = await countWorkers(sql);
    const started = supervise(workers);
    supervised.add(started);
    await workersSeen(sql, workers, seenBefore);
    return async () => {
      supervised.delete(started);
      await started.stop();
    };
  };
}

function specsOf(
  workers: readonly BenchWorker[],
  stack: Stack,
  env: Readonly<Record<string, string | undefined>>,
) {
  const bare = [programOf('bare/worker.ts')];
  const at = [stack.temporalAddress, stack.temporalNamespace];
  const ours = [programOf('kind/worker.ts')];
  return workers.flatMap(({ queue, processes = 1, slots, raised = [] }) =>
    Array.from({ length: processes }, (_, index) => ({
      name: `${queue}-${index + 1}`,
      argv: [
        process.execPath,
        ...(isBare(queue) ? [...bare, queue, ...at] : [...workerNodeOptions, ...ours, queue, ...raised]),
      ] as const,
      // A gpu worker has one slot for its device, whatever is configured.
      env:
        slots === undefined || queue === 'gpu'
          ? env
          : { ...env, [`ONCEFLOW_${queue.toUpperCase()}_SLOTS`]: String(slots) },
    })),
  );
}

const programOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const isBare = (queue: BenchWorker['queue']): boolean => queue.startsWith('bare');

/** The ledger knows who serves it; the bare worker shows itself by its first workflow. */
async function workersSeen(
  sql: BenchStack['sql'],
  workers: readonly BenchWorker[],
  seenBefore: number,
): Promise<void> {
  const ours = workers.filter(({ queue }) => !isBare(queue));
  const wanted = ours.reduce((sum, { processes = 1 }) => sum + processes, seenBefore);
  await eventually(`${wanted} workers`, async () => (await countWorkers(sql)) >= wanted);
}

async function countWorkers(sql: BenchStack['sql']): Promise<number> {
  const [row] = await sql<{ seen: number }>(
    'select count(*)::int as seen from onceflow.workers where gone_at is null',
  );
  return row?.seen ?? 0;
}

/** Waits for a value that is neither undefined, null nor false. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = READY_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(25);
  }
}
