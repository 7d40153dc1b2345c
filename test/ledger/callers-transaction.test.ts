import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLedger } from '../support/postgres.ts';
import { freshId, request, submit } from './verbs.ts';

/** What a caller's own connection may be in when it is given to a submit. */
const db = withLedger();
let client: pg.Client;
beforeEach(async () => {
  client = new pg.Client({ connectionString: db.databaseUrl });
  await client.connect();
});
afterEach(() => client.end());

const submitIn = (id: string) => db.ledger.submitInTransaction(client as never, request(id));
const known = (resourceId: string) => db.ledger.get({ kind: 'video', resourceId });

test('no transaction: refused, and nothing is written', async () => {
  const id = freshId();
  await expect(submitIn(id)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    hint: expect.stringContaining('BEGIN'),
  });
  expect(await db.ledger.getResource(id)).toBeNull();
});

test.each(['begin', 'begin isolation level serializable', 'start transaction read write', 'select 1; begin'])(
  '%s: accepted as the first that is said in it, and after the caller has written',
  async (begin) => {
    const [first, second] = [freshId(), freshId()];
    await client.query(begin);
    expect(await submitIn(first)).toMatchObject({ outcome: 'started' });
    await client.query('create temporary table if not exists of_the_caller (n int)');
    expect(await submitIn(second)).toMatchObject({ outcome: 'started' });
    await client.query('commit');
    expect(await known(first)).toMatchObject({ state: 'pending' });
    expect(await known(second)).toMatchObject({ state: 'pending' });
  },
);

test('a transaction that an error has aborted: refused, with the way out', async () => {
  await client.query('begin');
  await client.query('select nonsense').catch(() => undefined);
  await expect(submitIn(freshId())).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    hint: expect.stringContaining('oll'),
  });
});

test('a lock that the caller does not wait for: LEDGER_BUSY', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  const holder = new pg.Client({ connectionString: db.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from onceflow.resources where resource_id = $1 for update', [id]);
  await client.query(`begin; set local lock_timeout = '50ms'`);
  const other = db.ledger.submitInTransaction(client as never, request(id, { kind: 'profiling' }));
  await expect(other).rejects.toMatchObject({ name: 'LedgerError', code: 'LEDGER_BUSY' });
  await holder.end();
});

test('a connection that has ended: LEDGER_UNREACHABLE', async () => {
  const ended = new pg.Client({ connectionString: db.databaseUrl });
  await ended.connect();
  await ended.end();
  const late = db.ledger.submitInTransaction(ended as never, request(freshId()));
  await expect(late).rejects.toMatchObject({ name: 'LedgerError', code: 'LEDGER_UNREACHABLE' });
});
