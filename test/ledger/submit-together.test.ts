/** Requests that travel in one call: each is answered for itself, whatever the others are. */
import { expect, test } from 'vitest';
import { createLedger } from '../../ledger/index.ts';
import type { Ledger, SubmitRequest } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { ask, freshId, request, submit } from './verbs.ts';

const db = withLedger();

/** A ledger that waits for locks no longer than a test may. */
function impatientLedger(): Ledger {
  const url = new URL(db.databaseUrl);
  url.searchParams.set('options', '-c search_path=onceflow,public -c lock_timeout=100');
  return createLedger(db.anotherPool({ databaseUrl: url.href }));
}

test('one idempotency key for two analyses in one call: the first starts, the second is told that it was used', async () => {
  const [first, second, other] = [freshId(), freshId(), freshId()];
  const idempotencyKey = `key-${first}`;
  const answers = await db.ledger.submit([
    request(first, { idempotencyKey }),
    request(second, { idempotencyKey }),
    request(other),
  ]);
  expect(answers).toMatchObject([
    { outcome: 'started', resourceId: first },
    { outcome: 'refused', resourceId: second, code: 'IDEMPOTENCY_KEY_REUSED' },
    { outcome: 'started', resourceId: other },
  ]);
  expect(await db.ledger.get({ kind: 'video', resourceId: second })).toBeNull();
});

test('one request twice in one call, with its key: one run, and the same answer twice', async () => {
  const id = freshId();
  const keyed = request(id, { kind: 'profiling', idempotencyKey: `key-${id}` });
  const [first, again] = await db.ledger.submit([keyed, keyed]);
  expect(first).toMatchObject({ outcome: 'started', generation: 1 });
  expect(again).toEqual(first);
});

test('a key is that of its owner: two owners may use the same one in one call', async () => {
  const [first, second] = [freshId(), freshId()];
  const idempotencyKey = `key-${first}`;
  const answers = await db.ledger.submit([
    request(first, { idempotencyKey }),
    request(second, { idempotencyKey, requestedBy: { actor: 'eve', owner: 'shop', role: 'submitter' } }),
  ]);
  expect(answers).toMatchObject([{ outcome: 'started' }, { outcome: 'started' }]);
});
test('a key that can be neither kept nor found is LEDGER_BUSY, not an endless loop', async () => {
  const id = freshId();
  await db.sql(
    `create function onceflow.lose_key() returns trigger language plpgsql as 'begin return null; end'`,
  );
  await db.sql(`create trigger lose_key before insert on onceflow.idempotency_keys
    for each row when (new.key = 'lost') execute function onceflow.lose_key()`);
  expect(await ask(db.ledger, id, { idempotencyKey: 'lost' })).toMatchObject({ code: 'LEDGER_BUSY' });
  expect(await db.ledger.get({ kind: 'video', resourceId: id })).toBeNull();
});

test("one analysis that a caller's open transaction holds is refused; those beside it, before and after, start", async () => {
  const ids = Array.from({ length: 250 }, freshId);
  const held = ids[120] as string;
  await db.pool.transaction(async (tx) => {
    await db.ledger.submitInTransaction(tx as never, request(held));
    const answers = await impatientLedger().submit(ids.map((id) => request(id)));
    const refused = answers.filter(({ outcome }) => outcome === 'refused');
    expect(refused).toMatchObject([
      { resourceId: held, code: 'LEDGER_BUSY', hint: expect.stringContaining('try again') },
    ]);
    expect(answers.filter(({ outcome }) => outcome === 'started')).toHaveLength(249);
  });
  expect(await submit(db.ledger, held)).toMatchObject({ outcome: 'running', generation: 1 });
});

test('a value that only Postgres refuses is refused alone', async () => {
  const [good, odd] = [freshId(), freshId()];
  await db.sql(`create function onceflow.find_odd() returns trigger language plpgsql as
    $$begin raise exception 'odd' using errcode = '22P02'; end$$`);
  await db.sql(`create trigger find_odd before insert on onceflow.runs
    for each row when (new.reason = 'odd') execute function onceflow.find_odd()`);
  const answers = await db.ledger.submit([request(odd, { reason: 'odd' }), request(good)]);
  expect(answers).toMatchObject([
    { outcome: 'refused', resourceId: odd, code: 'INVALID_ARGUMENT' },
    { outcome: 'started', resourceId: good },
  ]);
});

test('half of a surrogate pair, which no text of Postgres holds, is refused in every text of a request', async () => {
  const half = 'a\ud83d';
  const by = { actor: 'bob', owner: 'lab', role: 'submitter' } as const;
  const odd: Partial<SubmitRequest>[] = [
    { reason: half },
    { idempotencyKey: half },
    { requestedBy: { ...by, actor: half } },
    { requestedBy: { ...by, owner: half } },
  ];
  for (const changed of odd) {
    await expect(submit(db.ledger, freshId(), changed)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  expect(await submit(db.ledger, freshId(), { reason: 'a whole one: \u{1f3ac}' })).toBeDefined();
});

test("one duplicate whose key a caller's open transaction holds is refused; those beside it are answered", async () => {
  const [held, other] = [freshId(), freshId()];
  const keyed = (id: string) => request(id, { idempotencyKey: `key-${id}` });
  await Promise.all([submit(db.ledger, held), submit(db.ledger, other)]);
  await db.pool.transaction(async (tx) => {
    await db.ledger.submitInTransaction(tx as never, keyed(held));
    const answers = await impatientLedger().submit([keyed(held), keyed(other)]);
    expect(answers).toMatchObject([
      { outcome: 'refused', resourceId: held, code: 'LEDGER_BUSY' },
      { outcome: 'running', resourceId: other },
    ]);
  });
  expect(await submit(db.ledger, held, { idempotencyKey: `key-${held}` })).toMatchObject({
    outcome: 'running',
  });
});
