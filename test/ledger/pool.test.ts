import pg from 'pg';
import { expect, test } from 'vitest';
import { createLedger, createPool } from '../../ledger/index.ts';
import { migrate } from '../../ledger/migrate.ts';
import { withLedger } from '../support/postgres.ts';
import { freshId, submit } from './verbs.ts';

const db = withLedger();

test('an exhausted pool is a typed error after the stated wait, never a hang', async () => {
  const pool = db.anotherPool({ max: 1, waitMs: 100 });
  const ledger = createLedger(pool);
  const busy = pool.query('select pg_sleep(4)');
  const started = performance.now();
  await expect(ledger.get({ runId: '00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({
    name: 'PoolExhaustedError',
    code: 'POOL_EXHAUSTED',
    hint: expect.stringContaining('ONCEFLOW_POOL_MAX'),
  });
  expect(performance.now() - started).toBeLessThan(3_000);
  await busy;
  expect(await submit(ledger, freshId())).toMatchObject({ outcome: 'started' });
});

test('no Postgres: LEDGER_UNREACHABLE, without an address or a path in its sentence', async () => {
  const pool = createPool({
    databaseUrl: 'postgres://nobody:secret@127.0.0.1:9/none',
    max: 1,
    waitMs: 1_000,
    statementTimeoutMs: 1_000,
  });
  const error = await pool.query('select 1').catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: 'LEDGER_UNREACHABLE' });
  expect(String((error as Error).message)).not.toMatch(/127|secret/);
  await pool.close();
});

test.each([
  ['password', (url: URL) => Object.assign(url, { password: 'wrong' })],
  ['user', (url: URL) => Object.assign(url, { username: 'nobody' })],
  ['database', (url: URL) => Object.assign(url, { pathname: '/none' })],
  ['TLS that the server has not', (url: URL) => Object.assign(url, { search: '?sslmode=require' })],
  ['a name that nobody knows', (url: URL) => Object.assign(url, { hostname: 'postgres.invalid' })],
] as const)(
  'a wrong %s is LEDGER_UNREACHABLE, for calls, for listeners and for migrations',
  async (_, changed) => {
    const databaseUrl = changed(new URL(db.databaseUrl)).href;
    const pool = createPool({ databaseUrl, max: 1, waitMs: 5_000, statementTimeoutMs: 1_000 });
    const unreachable = { name: 'LedgerError', code: 'LEDGER_UNREACHABLE', hint: expect.stringMatching(/./) };
    await expect(pool.query('select 1')).rejects.toMatchObject(unreachable);
    await expect(pool.connectAlone()).rejects.toMatchObject(unreachable);
    await expect(migrate(databaseUrl)).rejects.toMatchObject(unreachable);
    await pool.close();
  },
);

test('connections that Postgres ends are replaced; the call in flight says LEDGER_UNREACHABLE', async () => {
  const pool = db.anotherPool({ max: 2 });
  const sleeping = pool.query('select pg_sleep(5)').catch((error: unknown) => error);
  let ended = 0;
  for (let tries = 0; tries < 100 && ended === 0; tries += 1) {
    await db.sql('select pg_sleep(0.01)');
    const killed = await db.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where query like '%pg_sleep(5)%' and state = 'active' and pid <> pg_backend_pid()`,
    );
    ended = killed.length;
  }
  expect(await sleeping).toMatchObject({ code: 'LEDGER_UNREACHABLE' });
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a statement past its limit is LEDGER_TIMEOUT', async () => {
  const pool = db.anotherPool({ statementTimeoutMs: 50 });
  await expect(pool.query('select pg_sleep(2)')).rejects.toMatchObject({ code: 'LEDGER_TIMEOUT' });
});

test('synchronous_commit off is refused at the first connection', async () => {
  const url = new URL(db.databaseUrl);
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  const name = url.pathname.slice(1);
  await admin.query(`alter database ${name} set synchronous_commit = off`);
  try {
    await expect(db.anotherPool({}).query('select 1')).rejects.toMatchObject({ code: 'LEDGER_NOT_DURABLE' });
  } finally {
    await admin.query(`alter database ${name} reset synchronous_commit`);
    await admin.end();
  }
});

test('listen hears dispatch, state and cancel, and goes on after its connection was cut', async () => {
  const heard: { channel: string; runId: string }[] = [];
  const waiting: (() => void)[] = [];
  const stop = await db.ledger.listen((event) => {
    heard.push(event);
    for (const wake of waiting.splice(0)) wake();
  });
  async function until(look: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(5_000);
    while (!look()) {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        deadline.addEventListener('abort', () => reject(new Error('heard nothing')), { once: true });
      });
    }
  }
  const listeners = () =>
    db.sql<{ pid: number }>(
      `select pid from pg_stat_activity where query like 'listen %' and state = 'idle'`,
    );
  try {
    const first = await submit(db.ledger, freshId());
    await until(() => heard.some((event) => event.channel === 'dispatch' && event.runId === first.runId));
    const [cut] = await listeners();
    await db.sql('select pg_terminate_backend($1)', [cut?.pid]);
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await listeners()).some(({ pid }) => pid !== cut?.pid)) break;
      await db.sql('select pg_sleep(0.05)');
    }
    const second = await submit(db.ledger, freshId());
    await until(() => heard.some((event) => event.channel === 'run' && event.runId === second.runId));
  } finally {
    await stop();
  }
});
