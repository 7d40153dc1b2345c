import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { startPostgres } from '../../dev/postgres.ts';
import { removeStackData } from '../../dev/stack.ts';
import { createLedger, createPool, type LedgerPool, type PoolSettings } from '../../ledger/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { migrate } from '../../ledger/migrate.ts';

/**
 * A real Postgres for one test file, and a ledger in a database of its own, cloned from a migrated template.
 * Call `withLedger` at the top of a file or of a `describe`: it registers the hooks that make and remove it all.
 */
export interface LedgerFixture {
  readonly ledger: Ledger;
  readonly pool: LedgerPool;
  readonly databaseUrl: string;
  /** Past the ledger, as somebody with psql would. */
  sql<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<readonly Row[]>;
  /** Another pool on the same database; closed with the fixture. */
  anotherPool(settings: Partial<PoolSettings>): LedgerPool;
}

interface Cluster {
  /** Of the migrated template, which nobody may be connected to while it is cloned. */
  readonly templateUrl: string;
  stop(): Promise<void>;
}

let cluster: Promise<Cluster> | undefined;
let users = 0;
let made = 0;

export function withLedger(settings: Partial<PoolSettings> = {}): LedgerFixture {
  let open: { ledger: Ledger; pool: LedgerPool; databaseUrl: string } | undefined;
  const others: LedgerPool[] = [];

  function current() {
    if (!open) throw new Error('withLedger: use it inside tests and hooks, not while the file is read');
    return open;
  }

  function poolOf(databaseUrl: string, changed: Partial<PoolSettings>): LedgerPool {
    const defaults = { max: 10, waitMs: 5_000, statementTimeoutMs: 10_000 };
    return createPool({ databaseUrl, ...defaults, ...changed });
  }

  beforeAll(async () => {
    users += 1;
    cluster ??= startCluster();
    const databaseUrl = await cloneDatabase((await cluster).templateUrl);
    const pool = poolOf(databaseUrl, settings);
    open = { pool, databaseUrl, ledger: createLedger(pool) };
  }, 60_000);

  afterAll(async () => {
    await Promise.all(others.map((pool) => pool.close()));
    await open?.ledger.close();
    users -= 1;
    if (users > 0) return;
    const started = await cluster;
    cluster = undefined;
    await started?.stop();
  }, 60_000);

  return {
    get ledger() {
      return current().ledger;
    },
    get pool() {
      return current().pool;
    },
    get databaseUrl() {
      return current().databaseUrl;
    },
    sql: async <Row extends Record<string, unknown>>(text: string, values?: unknown[]) =>
      (await current().pool.query<Row>(text, values)).rows,
    anotherPool(changed) {
      const pool = poolOf(current().databaseUrl, changed);
      others.push(pool);
      return pool;
    },
  };
}

async function startCluster(): Promise<Cluster> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'onceflow-ledger-'));
  // Postgres runs as an account of its own where the tests run as root.
  await chmod(dataDirectory, 0o755);
  const quiet = { onProgress: () => undefined, onSpawn: async () => undefined };
  const { server, url } = await startPostgres({ dataDirectory, ...quiet });
  await migrate(url);
  return {
    templateUrl: url,
    async stop() {
      await server.stop();
      await removeStackData(dataDirectory);
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function cloneDatabase(templateUrl: string): Promise<string> {
  made += 1;
  const name = `ledger_${made}`;
  const template = new URL(templateUrl).pathname.slice(1);
  const admin = new URL(templateUrl);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    await client.query(`create database ${name} template ${template}`);
  } finally {
    await client.end();
  }
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  return url.href;
}
