/** Requests that travel in one call: each is answered for itself, whatever the others are. */
import { expect, test } from 'vitest';
import { withLedger } from '../support/postgres.ts';
import { freshId, request, submit } from './verbs.ts';

const db = withLedger();

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
  await expect(submit(db.ledger, id, { idempotencyKey: 'lost' })).rejects.toThrow(/same idempotency key/);
  expect(await db.ledger.get({ kind: 'video', resourceId: id })).toBeNull();
});
