import { expect, test } from 'vitest';
import type { ForgottenCalls } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { ask, claimed, commitOf, fenceOf, freshId, submit } from './verbs.ts';

/** What a clean takes from the records of calls, and what stays because it is still needed. */
const db = withLedger();
const dayMs = 24 * 3_600_000;
const forget = (mode: 'remove' | 'preview' = 'remove', keepCallsMs = 30 * dayMs): Promise<ForgottenCalls> =>
  db.ledger.forgetCalls({ keepCallsMs, graceMs: 3_600_000 }, mode);
const none: ForgottenCalls = { duplicateCalls: 0, idempotencyKeys: 0, refusedWrites: 0, workers: 0 };

async function later(days: number): Promise<void> {
  for (const table of ['deduplicated_calls', 'idempotency_keys', 'refused_writes']) {
    await db.sql(`update onceflow.${table} set at = at - $1::float8 * interval '1 day'`, [days]);
  }
  await db.sql(`update onceflow.workers set last_seen = last_seen - $1::float8 * interval '1 day'`, [days]);
}

const countOf = async (table: string): Promise<number> =>
  (await db.sql<{ n: number }>(`select count(*)::int as n from onceflow.${table}`))[0]?.n ?? 0;

async function completed(id: string, key?: string): Promise<string> {
  const answer = await submit(db.ledger, id, key === undefined ? {} : { idempotencyKey: key });
  const run = await claimed(db.ledger, answer);
  const fence = await fenceOf(db.ledger, run, { queue: 'gpu' });
  const spent = `update onceflow.step_attempts set started_at = now() - interval '10 s' where fence = $1`;
  await db.sql(spent, [fence]);
  await db.ledger.finish({
    fence,
    temporalRunId: run.temporalRunId,
    value: null,
    document: { ok: 1 },
    artefacts: [],
    pin: null,
    memoryKey: null,
    rememberedFrom: null,
    computedWith: { version: 1, models: [] },
  });
  await db.ledger.commit(commitOf(run, fence));
  return answer.runId;
}

test('what a finished film was asked for again and again goes by its age, and saves as many GPU-seconds as before', async () => {
  const id = freshId();
  const runId = await completed(id);
  for (let times = 0; times < 3; times += 1) await ask(db.ledger, id);
  await ask(db.ledger, id, { onDuplicate: 'reject' });
  const [before] = await db.ledger.gpuSeconds([runId]);
  expect(before?.savedByDuplicates).toBeGreaterThan(29);
  expect(await forget()).toEqual(none);
  await later(31);
  await ask(db.ledger, id);
  expect(await forget('preview')).toMatchObject({ duplicateCalls: 4 });
  expect(await forget()).toMatchObject({ duplicateCalls: 4 });
  const asked = { kind: 'video', resourceId: id };
  expect(await db.ledger.duplicates(asked)).toHaveLength(1);
  await later(31);
  expect(await forget()).toMatchObject({ duplicateCalls: 1 });
  expect(await db.ledger.duplicates(asked)).toEqual([]);
  const [after] = await db.ledger.gpuSeconds([runId]);
  expect(after?.savedByDuplicates).toBeCloseTo(((before?.savedByDuplicates ?? 0) / 3) * 4);
});

test('a key stays while its analysis has an open run, then goes: the same key is a new request', async () => {
  const [open, done] = [freshId(), freshId()];
  const first = await submit(db.ledger, open, { idempotencyKey: 'of-the-open' });
  await completed(done, 'of-the-done');
  await later(31);
  expect(await forget('preview')).toEqual({ ...none, idempotencyKeys: 1 });
  expect(await forget()).toEqual({ ...none, idempotencyKeys: 1 });
  expect(await submit(db.ledger, open, { idempotencyKey: 'of-the-open' })).toEqual(first);
  expect(await submit(db.ledger, done, { idempotencyKey: 'of-the-done' })).toMatchObject({
    outcome: 'completed',
  });
  await claimed(db.ledger, first).then((run) =>
    db.ledger.failRun(run, { code: 'X', message: 'x', hint: '' }),
  );
  expect(await forget()).toMatchObject({ idempotencyKeys: 1 });
});

test('refused writes and workers go by their age; nothing goes within an hour, whatever is asked', async () => {
  await db.ledger.finish({
    fence: 987_654,
    temporalRunId: 'nobody',
    value: null,
    document: null,
    artefacts: [],
    pin: null,
    memoryKey: null,
    rememberedFrom: null,
    computedWith: { version: 1, models: [] },
  });
  const worker = { queue: 'cpu', device: null, pid: 1, host: 'here' };
  await db.ledger.workerSeen({ workerId: 'dead', ...worker });
  expect(await forget('remove', 0)).toMatchObject({ refusedWrites: 0, workers: 0 });
  await later(1);
  await db.ledger.workerSeen({ workerId: 'alive', ...worker });
  expect(await forget('remove', 0)).toMatchObject({ refusedWrites: 1, workers: 1 });
  expect(await db.ledger.queues()).toMatchObject([{ queue: 'cpu', workers: 1 }]);
});

test('more than fit into one statement go page by page, and the young ones between them stay', async () => {
  await forget('remove', 0);
  const before = { calls: await countOf('deduplicated_calls'), keys: await countOf('idempotency_keys') };
  const age = `now() - (case when n % 3 = 0 then 1 else 40 end) * interval '1 day'`;
  await db.sql(
    `insert into onceflow.deduplicated_calls (at, kind, resource_id, requested_by, outcome, generation, why)
     select ${age}, 'video', 'many', 'bob', 'running', 1, 'x' from generate_series(1, 9000) as n`,
  );
  await db.sql(
    `insert into onceflow.idempotency_keys (at, owner, key, request_hash, kind, resource_id, incarnation, answer)
     select ${age}, 'lab' || n % 2, 'k' || n, 'h', 'video', 'many', 1, '{}' from generate_series(1, 9000) as n`,
  );
  expect(await forget('preview')).toMatchObject({ duplicateCalls: 6000, idempotencyKeys: 6000 });
  const [one, other] = await Promise.all([forget(), forget()]);
  expect(one.duplicateCalls + other.duplicateCalls).toBe(6000);
  expect(one.idempotencyKeys + other.idempotencyKeys).toBe(6000);
  const after = { calls: await countOf('deduplicated_calls'), keys: await countOf('idempotency_keys') };
  expect(after).toEqual({ calls: before.calls + 3000, keys: before.keys + 3000 });
  const [counted] = await db.sql(`select calls::int from onceflow.call_counts where resource_id = 'many'`);
  expect(counted).toEqual({ calls: 6000 });
});
