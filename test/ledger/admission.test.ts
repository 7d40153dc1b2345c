import pg from 'pg';
import { expect, test } from 'vitest';
import { createLedger } from '../../ledger/index.ts';
import { withLedger } from '../support/postgres.ts';
import {
  analysed,
  ask,
  boom,
  claimed,
  complete,
  fenceOf,
  freshId,
  operator,
  request,
  submit,
  submitter,
} from './verbs.ts';

const db = withLedger();
const key = (resourceId: string, kind = 'video') => ({ kind, resourceId });
const rerun = { wish: 'rerun', requestedBy: operator, reason: 'new model' } as const;
const coalesce = { onDuplicate: 'coalesce', requestedBy: operator, reason: 'again' } as const;

test('200 concurrent submits of one key on 20 connections make one run, and each answer names it', async () => {
  const id = freshId();
  const ledger = createLedger(db.anotherPool({ max: 20 }));
  const answers = await Promise.all(Array.from({ length: 200 }, () => submit(ledger, id)));
  expect(answers.filter((answer) => answer.outcome === 'started')).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.runId)).size).toBe(1);
  expect(await ledger.runs(key(id))).toHaveLength(1);
  expect(await ledger.duplicates(key(id), 1000)).toHaveLength(199);
});

test('concurrent submits from separate processes (pools) make one run', async () => {
  const id = freshId();
  const ledgers = Array.from({ length: 8 }, () => createLedger(db.anotherPool({ max: 3 })));
  const answers = await Promise.all(
    ledgers.flatMap((ledger) => [1, 2, 3, 4, 5].map(() => submit(ledger, id))),
  );
  expect(answers.filter((answer) => answer.outcome === 'started')).toHaveLength(1);
});

test('a finished no-repeat analysis is answered with its result; allow-rerun starts the next generation', async () => {
  const [film, table] = [freshId(), freshId()];
  const first = await analysed(db.ledger, film);
  expect(await submit(db.ledger, film)).toMatchObject({ outcome: 'completed', runId: first.answer.runId });
  await analysed(db.ledger, table, { kind: 'profiling' });
  expect(await submit(db.ledger, table, { kind: 'profiling' })).toMatchObject({
    outcome: 'started',
    generation: 2,
  });
});

test('every duplicate is remembered: who, when, which answer, why', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  await submit(db.ledger, id);
  await ask(db.ledger, id, { onDuplicate: 'reject' });
  const [rejected, running] = await db.ledger.duplicates(key(id));
  expect(running).toMatchObject({ requestedBy: 'bob', outcome: 'running', generation: 1 });
  expect(rejected).toMatchObject({ outcome: 'refused', generation: 1 });
});

test('an answer says what differs from the run, or why the result is stale', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id, { observedPin: '1:1:1' });
  const other = {
    params: { range: 2 },
    source: { type: 'file', path: '/other' },
    analyserVersion: 2,
  } as const;
  const all = ['content changed', 'params changed', 'analyser changed'];
  expect(await submit(db.ledger, id, other)).toMatchObject({ outcome: 'running', differs: all });
  expect(await submit(db.ledger, id, { observedPin: '2:1:1' })).toMatchObject({
    differs: ['content changed'],
  });
  expect(await submit(db.ledger, id, { observedPin: '1:1:1' })).not.toHaveProperty('differs');
  await complete(db.ledger, await claimed(db.ledger, answer));
  expect(await submit(db.ledger, id, other)).toMatchObject({ outcome: 'completed', stale: all });
  expect((await db.ledger.getResource(id))?.source).toMatchObject({ path: `/films/${id}` });
});

test('a rerun of a no-repeat kind needs the operator role and a reason', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  const code = async (changed: object) =>
    (await ask(db.ledger, id, { wish: 'rerun', ...changed })) as unknown;
  expect(await code({ requestedBy: submitter, reason: 'x' })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await code({ requestedBy: operator })).toMatchObject({ code: 'REASON_REQUIRED' });
  const started = await submit(db.ledger, id, rerun);
  expect(started).toMatchObject({ outcome: 'started', generation: 2 });
  expect(await db.ledger.getDispatch(started.runId)).toMatchObject({ reusePolicy: 'ALLOW_DUPLICATE' });
});

test('after a failed rerun the old result stands, and a retry of it inherits authority and reason', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  const second = await claimed(db.ledger, await submit(db.ledger, id, rerun));
  await db.ledger.failRun(second, boom);
  const answer = await submit(db.ledger, id);
  expect(answer).toMatchObject({ outcome: 'completed', generation: 1, state: 'completed' });
  expect(answer.why).toContain('rerun 2 failed');
  expect(await db.ledger.get(key(id))).toMatchObject({ state: 'failed', result: { generation: 1 } });
  expect(await submit(db.ledger, id, { wish: 'retry' })).toMatchObject({ outcome: 'started', generation: 3 });
  const [third] = await db.ledger.runs(key(id));
  expect(third).toMatchObject({ trigger: 'retry', reason: 'new model' });
});

test('however many coalesce, one follow-up runs after the run, with the last params', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  for (const n of [1, 2, 3]) {
    expect(await submit(db.ledger, id, { ...coalesce, params: { n } })).toMatchObject({ outcome: 'running' });
  }
  expect((await db.ledger.get(key(id)))?.followUp).toBe(true);
  expect((await complete(db.ledger, run)).dispatched).toBe(true);
  const [newest] = await db.ledger.runs(key(id));
  expect(newest).toMatchObject({ generation: 2, trigger: 'coalesced', state: 'pending', reason: 'again' });
  const second = await claimed(db.ledger, { ...(await submit(db.ledger, id)), generation: 2 });
  expect(await fenceOf(db.ledger, second)).toBeGreaterThan(0);
  expect((await db.ledger.get(key(id)))?.followUp).toBe(false);
});

test('submitMany: sorted locks, one run per key, a repeated key in one call gets `running`', async () => {
  const ids = Array.from({ length: 250 }, freshId);
  const requests = [...ids, ...ids.slice(0, 5)].map((id) => request(id));
  const [first, second] = await Promise.all([
    db.ledger.submit(requests),
    db.ledger.submit([...requests].reverse()),
  ]);
  const started = [...first, ...second].filter((answer) => answer.outcome === 'started');
  expect(started).toHaveLength(250);
  expect(new Set(started.map((answer) => answer.resourceId)).size).toBe(250);
  expect(first.map((answer) => answer.resourceId)).toEqual(requests.map((one) => one.resourceId));
});

test('an idempotency key gives the first answer again, also when things have moved on', async () => {
  const id = freshId();
  const keyed = { idempotencyKey: `key-${id}` };
  const first = await submit(db.ledger, id, keyed);
  await complete(db.ledger, await claimed(db.ledger, first));
  expect(await submit(db.ledger, id, keyed)).toEqual(first);
  expect(await ask(db.ledger, id, { ...keyed, params: { other: 1 } })).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('a key made for one call is kept where it started a run, and not for a duplicate', async () => {
  const id = freshId();
  const call = { keyFrom: 'client', idempotencyKey: `start-${id}` } as const;
  const started = await submit(db.ledger, id, call);
  await submit(db.ledger, id, { keyFrom: 'client', idempotencyKey: `duplicate-${id}` });
  const kept = await db.sql('select key from onceflow.idempotency_keys where resource_id = $1', [id]);
  expect(kept).toEqual([{ key: `start-${id}` }]);
  expect(await submit(db.ledger, id, call)).toEqual(started);
});

test('one idempotency key in 50 concurrent calls starts one run of an allow-rerun kind, answered alike', async () => {
  const id = freshId();
  const keyed = { kind: 'profiling', idempotencyKey: `key-${id}` };
  const answers = await Promise.all(Array.from({ length: 50 }, () => submit(db.ledger, id, keyed)));
  expect(await db.ledger.runs(key(id, 'profiling'))).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.generation))).toEqual(new Set([1]));
});

test('an unknown resource and a deleted one are refused, unless the call brings the source', async () => {
  const id = freshId();
  const { source: _source, ...bare } = request(id);
  expect(await db.ledger.submit([bare])).toMatchObject([{ code: 'RESOURCE_UNKNOWN' }]);
  await submit(db.ledger, id);
  await db.ledger.deleteResource(id, operator);
  expect(await db.ledger.submit([bare])).toMatchObject([{ code: 'RESOURCE_DELETED' }]);
  expect(await submit(db.ledger, id)).toMatchObject({ outcome: 'started', generation: 2, incarnation: 2 });
});

test("in the caller's transaction: nothing before its commit, nothing after its rollback, any search_path", async () => {
  const client = new pg.Client({ connectionString: db.databaseUrl });
  await client.connect();
  try {
    const [kept, dropped] = [freshId(), freshId()];
    await client.query('set search_path to pg_catalog; begin isolation level repeatable read');
    const answer = await db.ledger.submitInTransaction(client as never, request(kept));
    expect(await db.ledger.get(key(kept))).toBeNull();
    await client.query('commit');
    expect(await db.ledger.getDispatch(answer.runId)).toMatchObject({ generation: 1 });
    await client.query('begin');
    await db.ledger.submitInTransaction(client as never, request(dropped));
    await client.query('rollback');
    expect(await db.ledger.get(key(dropped))).toBeNull();
    await client.query('begin');
    const rejected = request(kept, { onDuplicate: 'reject' });
    await expect(db.ledger.submitInTransaction(client as never, rejected)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await client.query('rollback');
  } finally {
    await client.end();
  }
});

test("a caller's long transaction holds up neither fences and progress of that analysis nor any other one", async () => {
  const [id, other] = [freshId(), freshId()];
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, run);
  const client = new pg.Client({ connectionString: db.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await db.ledger.submitInTransaction(client as never, request(id, coalesce));
    expect(await db.ledger.renew(fence)).toMatchObject({ current: true });
    expect(await fenceOf(db.ledger, run, { step: 'video.chunk' })).toBeGreaterThan(fence);
    await db.ledger.reportProgress(fence, { step: 'video.join', done: 1, total: 2, unit: 'frames' });
    expect(await submit(db.ledger, id)).toMatchObject({ outcome: 'running' });
    expect(await submit(db.ledger, id, { kind: 'profiling' })).toMatchObject({ outcome: 'started' });
    expect(await submit(db.ledger, other)).toMatchObject({ outcome: 'started' });
    const committing = complete(db.ledger, run);
    await client.query('commit');
    expect((await committing).dispatched).toBe(true);
  } finally {
    await client.end();
  }
});
