import { expect, test } from 'vitest';
import { withLedger } from '../support/postgres.ts';
import {
  boom,
  claimed,
  claimOf,
  commitOf,
  complete,
  fenceOf,
  freshId,
  submit,
  temporalRun,
} from './verbs.ts';

const db = withLedger();
const key = (resourceId: string) => ({ kind: 'video', resourceId });

test('params and documents may hold any JSON text, also NUL and half of a surrogate pair', async () => {
  const id = freshId();
  const odd = { 'k\u0000': ['\u0000', '\ud800', '\u2028'], z: 1, a: { b: null } };
  const answer = await submit(db.ledger, id, { params: odd });
  const run = temporalRun(id);
  expect(await db.ledger.claim(claimOf(run, { generation: 1 }))).toMatchObject({ params: odd });
  await complete(db.ledger, run, 1, { ...odd, status: 'partial' });
  expect(await db.ledger.get(key(id))).toMatchObject({ result: { status: 'partial', document: odd } });
  expect(await db.ledger.getRun({ runId: answer.runId })).toMatchObject({ why: 'not analysed before' });
});

test('the value of a result step may hold any JSON text too, whatever commit looks for in it', async () => {
  const run = await claimed(db.ledger, await submit(db.ledger, freshId()));
  const fence = await fenceOf(db.ledger, run);
  const { temporalRunId } = run;
  const finished = { fence, temporalRunId, value: { headline: 'a\u0000b' }, document: { ok: 1 } };
  const more = { artefacts: [], pin: 'p', memoryKey: null, rememberedFrom: null };
  await db.ledger.finish({ ...finished, ...more, computedWith: { version: 1, models: [] } });
  expect(await db.ledger.commit(commitOf(run, fence))).toMatchObject({ verdict: 'committed' });
});

test("a tool's message with NUL in it is kept, and does not break the write", async () => {
  const run = await claimed(db.ledger, await submit(db.ledger, freshId()));
  const fence = await fenceOf(db.ledger, run);
  await db.ledger.endAttempt(fence, 'killed\u0000');
  const other = await fenceOf(db.ledger, run);
  await db.ledger.failAttempt(other, { ...boom, message: 'bad \u0000 byte', retry: 'backoff' });
  await db.ledger.failRun(run, { ...boom, message: 'bad \u0000 byte' });
  expect((await db.ledger.get({ workflowId: run.workflowId }))?.run.failure?.message).toBe('bad \u0000 byte');
});

test('a request that Postgres would refuse is refused alone, not together with those beside it', async () => {
  const [good, bad] = [freshId(), freshId()];
  const results = await Promise.allSettled([
    submit(db.ledger, good),
    submit(db.ledger, bad, { reason: 'a\u0000b' }),
    submit(db.ledger, bad, { priority: 9 }),
    submit(db.ledger, '../etc'),
  ]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
});
