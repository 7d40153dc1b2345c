import { expect, test } from 'vitest';
import { holdLock } from '../support/hold-lock.ts';
import { withLedger } from '../support/postgres.ts';
import { freshId, submit } from './verbs.ts';

/** What callers see while others hold locks. */
const db = withLedger();
const migrating = 'lock table onceflow.runs in access exclusive mode';

test('a read waits for a migration whose lock outlives its own patience for one', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  const held = await holdLock(db.databaseUrl, 4_500, migrating);
  const view = await db.ledger.get({ kind: 'video', resourceId: id });
  expect(view).toMatchObject({ state: 'pending' });
  await held.released;
});

test('a lock that is never had is LEDGER_BUSY, and the connection goes on to be used', async () => {
  const impatient = new URL(db.databaseUrl);
  impatient.searchParams.set('options', '-c lock_timeout=50');
  const pool = db.anotherPool({ max: 1, databaseUrl: impatient.href });
  const held = await holdLock(db.databaseUrl, 2_000, migrating);
  const pids = 'select pg_backend_pid() as pid';
  const { rows } = await pool.query(pids);
  await expect(pool.query('select 1 from onceflow.runs')).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
  expect((await pool.query(pids)).rows).toEqual(rows);
  await held.released;
});

test('a server without room for another connection is LEDGER_UNREACHABLE', async () => {
  const name = new URL(db.databaseUrl).pathname.slice(1);
  await db.sql(`create role crowd login password 'crowd' connection limit 0`);
  await db.sql(`grant connect on database ${name} to crowd`);
  const url = new URL(db.databaseUrl);
  url.username = 'crowd';
  url.password = 'crowd';
  const pool = db.anotherPool({ databaseUrl: url.href });
  await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE' });
});
