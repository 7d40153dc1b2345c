import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { answered } from './answered.ts';
import { codeOf, connectError, isRepeatable, LedgerError, PoolExhaustedError, typedError } from './errors.ts';

export interface PoolSettings {
  readonly databaseUrl: string;
  /** Most connections of this process. */
  readonly max: number;
  /** How long a caller waits for a free connection before PoolExhaustedError. */
  readonly waitMs: number;
  readonly statementTimeoutMs: number;
}

/** What an SQL operation needs: a pool, a transaction, or the caller's own connection. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** Both are repeated when a lock was not had in time, at most `transactionTries` times: nothing of it has remained. */
export interface LedgerPool extends Queryable {
  /** READ COMMITTED; `mostTries` says how often it is tried in all. */
  transaction<Value>(work: (tx: Queryable) => Promise<Value>, mostTries?: number): Promise<Value>;
  /** A connection of its own, outside the pool, for LISTEN. */
  connectAlone(): Promise<pg.Client>;
  close(): Promise<void>;
}

export const transactionTries = 6;
const lockTimeoutMs = 3_000;
const idleInTransactionMs = 30_000;
/** Left alone, Linux asks after a silent peer for the first time in two hours. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
/** The server ends every statement in time; so long after that no answer means that it is not there any more. */
const answerGraceMs = 5_000;

/** Opens nothing before the first query. The first connection checks that commits are durable. */
export function createPool(settings: PoolSettings): LedgerPool {
  const connection = connectionSettings(settings);
  const limitMs = settings.statementTimeoutMs + answerGraceMs;
  const pool = new pg.Pool({
    ...connection,
    max: settings.max,
    connectionTimeoutMillis: settings.waitMs,
    idleTimeoutMillis: 10_000,
  });
  // An idle connection that breaks is replaced by the next caller; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that breaks while a caller holds it: the pool takes its own listener away then, the query rejects.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const acquire = durableConnections(pool, settings, limitMs);
  return {
    query: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      repeating(async () => {
        const client = await acquire();
        return releasing(client, () => prepared(client, limitMs).query<Row>(text, values));
      }),
    transaction: (work, mostTries) =>
      repeating(async () => inTransaction(await acquire(), limitMs, work), mostTries),
    // What it listens for is asked anew where an answer was given up.
    connectAlone: () =>
      connectAlone({ ...connection, query_timeout: limitMs, connectionTimeoutMillis: settings.waitMs }),
    close: () => pool.end(),
  };
}

/** Hands out connections of a server whose commits are known to be durable. */
function durableConnections(
  pool: pg.Pool,
  settings: PoolSettings,
  limitMs: number,
): () => Promise<pg.PoolClient> {
  let durable: Promise<void> | undefined;
  return async () => {
    const client = await connect(pool, settings);
    durable ??= checkDurable(prepared(client, limitMs));
    try {
      await durable;
    } catch (error) {
      durable = undefined;
      client.release(error instanceof Error);
      throw typedError(error);
    }
    return client;
  };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `onceflow_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Postgres' text holds no NUL; messages of tools that we call may. (JSON is not touched: there it is an escape.) */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\u0000') ? value.replaceAll('\u0000', '\ufffd') : value;
}

/**
 * Every statement of the ledger is a constant text: prepared once per connection, it is neither parsed nor planned again
 * (planning admission's joins costs more than running them).
 */
function prepared(client: pg.PoolClient, limitMs: number): Queryable {
  return {
    query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]) {
      const ask = values && { name: nameOf(text), text, values: values.map(withoutNul) };
      return answered(client.query<Row>(ask ?? text), limitMs);
    },
  };
}

async function inTransaction<Value>(
  client: pg.PoolClient,
  limitMs: number,
  work: (tx: Queryable) => Promise<Value>,
): Promise<Value> {
  const tx = prepared(client, limitMs);
  return releasing(client, async () => {
    await tx.query('begin');
    try {
      const value = await work(tx);
      await tx.query('commit');
      return value;
    } catch (error) {
      // On a connection that does not answer it would only wait as long again; giving that up rolls back too.
      if (!isLost(typedError(error))) await tx.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}

async function connectAlone(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw connectError(error);
  });
  return client;
}

function connectionSettings(settings: PoolSettings): pg.ClientConfig {
  return {
    connectionString: settings.databaseUrl,
    application_name: 'onceflow',
    ...keepAlive,
    options: [
      '-c search_path=onceflow,public',
      `-c lock_timeout=${lockTimeoutMs}`,
      `-c statement_timeout=${settings.statementTimeoutMs}`,
      `-c idle_in_transaction_session_timeout=${idleInTransactionMs}`,
      // A plan prepared while a table was tiny must not scan it when it has grown; every query has its index.
      '-c enable_seqscan=off',
      '-c jit=off',
    ].join(' '),
  };
}

async function connect(pool: pg.Pool, settings: PoolSettings): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    // Closed, not lost: whoever repeats the call would repeat it in vain.
    if (pool.ending) throw typedError(error);
    const text = error instanceof Error ? error.message : '';
    if (!/timeout exceeded when trying to connect/.test(text)) throw connectError(error);
    if (pool.totalCount >= settings.max) throw new PoolExhaustedError(settings.waitMs, settings.max, error);
    const hint =
      'Check that Postgres runs and that ONCEFLOW_DATABASE_URL is right; the call may be repeated.';
    throw new LedgerError('LEDGER_UNREACHABLE', 'The ledger (Postgres) did not answer.', hint, error);
  }
}

async function releasing<Value>(client: pg.PoolClient, work: () => Promise<Value>): Promise<Value> {
  try {
    const value = await work();
    client.release();
    return value;
  } catch (error) {
    const typed = typedError(error);
    client.release(isLost(typed) || codeOf(error) === '0A000');
    throw typed;
  }
}

function isLost(typed: unknown): boolean {
  return typed instanceof LedgerError && typed.code === 'LEDGER_UNREACHABLE';
}

async function repeating<Value>(attempt: () => Promise<Value>, mostTries = transactionTries): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRepeatable(error) || tries === mostTries) throw error;
      await delay(Math.random() * 20 * tries);
    }
  }
}

/** `synchronous_commit = off` loses answered commits in a crash, and with them every promise made here. */
export async function checkDurable(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ synchronous_commit: string }>('show synchronous_commit');
  if (rows[0]?.synchronous_commit !== 'off') return;
  throw new LedgerError(
    'LEDGER_NOT_DURABLE',
    'synchronous_commit is off: a crash of Postgres would lose what was already answered.',
    'Set synchronous_commit to on (or local, remote_write, remote_apply) for this database.',
  );
}
