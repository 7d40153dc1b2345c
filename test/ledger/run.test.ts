import { expect, test } from 'vitest';
import { withLedger } from '../support/postgres.ts';
import {
  analysed,
  beginOf,
  boom,
  claimed,
  claimOf,
  commitOf,
  complete,
  fenceOf,
  finishAs,
  freshId,
  operator,
  submit,
  temporalRun,
} from './verbs.ts';

const db = withLedger();
const key = (resourceId: string, kind = 'video') => ({ kind, resourceId });

test('submit answers with the run, and every read knows it at once', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  expect(answer).toMatchObject({
    outcome: 'started',
    generation: 1,
    state: 'pending',
    workflowId: `video:${id}`,
  });
  for (const ref of [key(id), { workflowId: answer.workflowId }, { runId: answer.runId }]) {
    expect(await db.ledger.get(ref)).toMatchObject({
      state: 'pending',
      result: null,
      run: { generation: 1 },
    });
  }
});

test('a start is promised by a dispatch row, which only the claim closes', async () => {
  const answer = await submit(db.ledger, freshId());
  expect(await db.ledger.getDispatch(answer.runId)).toMatchObject({
    reusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    trigger: 'submit',
    owner: 'lab',
  });
  await claimed(db.ledger, answer);
  expect(await db.ledger.getDispatch(answer.runId)).toBeNull();
});

test('a due dispatch is taken by one relay at a time', async () => {
  const answer = await submit(db.ledger, freshId());
  const both = await Promise.all([
    db.ledger.takeDispatches(100, 5_000),
    db.ledger.takeDispatches(100, 5_000),
  ]);
  expect(both.flat().filter((row) => row.runId === answer.runId)).toHaveLength(1);
  await db.ledger.postponeDispatch(answer.runId, 0, 'already started');
  expect((await db.ledger.takeDispatches(100, 5_000)).map((row) => row.runId)).toContain(answer.runId);
});

test('claim, begin, finish and commit give the result, its artefacts and an audit trail', async () => {
  const id = freshId();
  const { answer, run } = await analysed(db.ledger, id);
  const view = await db.ledger.get(key(id));
  expect(view).toMatchObject({
    state: 'completed',
    result: { document: { ok: 1 }, status: 'complete', pin: 'pin-1' },
  });
  expect(view?.run).toMatchObject({ runId: answer.runId, temporalRunId: run.temporalRunId });
  expect(view?.result?.artefacts.map((artefact) => artefact.name)).toEqual(['a.jpg']);
  const trail = (await db.ledger.events(key(id))).map((event) => event.type).reverse();
  expect(trail).toEqual(['run.submit', 'run.registered', 'run.running', 'run.completed']);
});

test('a repeated claim hears the same again, before and after the end', async () => {
  const answer = await submit(db.ledger, freshId());
  const run = await claimed(db.ledger, answer);
  const again = claimOf(run, { generation: 1 });
  expect(await db.ledger.claim(again)).toMatchObject({ verdict: 'go', generation: 1 });
  await complete(db.ledger, run);
  expect(await db.ledger.claim(again)).toMatchObject({
    verdict: 'completed',
    generation: 1,
    runId: answer.runId,
  });
});

test('a repeated commit answers with what was committed', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, run);
  await finishAs(db.ledger, run, fence, { n: 1 });
  const first = await db.ledger.commit(commitOf(run, fence));
  expect(await db.ledger.commit(commitOf(run, fence))).toEqual(first);
  expect(await db.ledger.refusedWrites(key(id))).toEqual([]);
});

test('a newer attempt fences the older one out, and the refusal is counted', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const old = await fenceOf(db.ledger, run);
  const newer = await fenceOf(db.ledger, run, { temporalAttempt: 2 });
  expect(newer).toBeGreaterThan(old);
  expect(await db.ledger.renew(old)).toEqual({ current: false, why: 'a newer attempt began' });
  expect(await finishAs(db.ledger, run, old, { late: true })).toBe(false);
  expect(await finishAs(db.ledger, run, newer, { late: false })).toBe(true);
  expect(await finishAs(db.ledger, run, newer, { late: false })).toBe(true);
  expect(await db.ledger.commit(commitOf(run, old))).toMatchObject({ verdict: 'superseded' });
  expect(await db.ledger.commit(commitOf(run, newer))).toMatchObject({ verdict: 'committed' });
  expect((await db.ledger.getResult(key(id)))?.document).toEqual({ late: false });
  expect((await db.ledger.refusedWrites(key(id))).map((write) => write.what)).toEqual(['commit', 'finish']);
});

test('instances of a step do not fence each other', async () => {
  const run = await claimed(db.ledger, await submit(db.ledger, freshId()));
  const first = await fenceOf(db.ledger, run, { step: 'video.chunk', instance: '0' });
  await fenceOf(db.ledger, run, { step: 'video.chunk', instance: '1' });
  expect(await db.ledger.renew(first)).toMatchObject({ current: true });
  expect(await finishAs(db.ledger, run, first, null)).toBe(true);
});

test('concurrent attempts of one instance take growing fences, and the last one holds it', async () => {
  const run = await claimed(db.ledger, await submit(db.ledger, freshId()));
  const fences = await Promise.all(Array.from({ length: 10 }, () => fenceOf(db.ledger, run)));
  expect(new Set(fences).size).toBe(10);
  const newest = Math.max(...fences);
  const current = await Promise.all(
    fences.map(async (fence) => [fence, (await db.ledger.renew(fence)).current]),
  );
  expect(current.filter(([, isCurrent]) => isCurrent)).toEqual([[newest, true]]);
});

test('five retryable failures end a step; a repeated report of one attempt counts once', async () => {
  const run = await claimed(db.ledger, await submit(db.ledger, freshId()));
  for (let failures = 1; failures <= 5; failures += 1) {
    const fence = await fenceOf(db.ledger, run);
    const report = () => db.ledger.failAttempt(fence, { ...boom, retry: 'backoff' });
    const verdict = failures < 5 ? 'retry' : 'give-up';
    expect(await report()).toMatchObject({ verdict });
    expect(await report()).toMatchObject({ verdict });
  }
});

test('two deaths of the child make the input poison; ended attempts (workers stopped) count for nothing', async () => {
  const run = await claimed(db.ledger, await submit(db.ledger, freshId()));
  for (let stops = 0; stops < 7; stops += 1) {
    await db.ledger.endAttempt(await fenceOf(db.ledger, run), 'worker shutdown');
  }
  const report = async () =>
    db.ledger.failAttempt(await fenceOf(db.ledger, run), { ...boom, retry: 'poison' });
  expect(await report()).toEqual({ verdict: 'retry' });
  expect(await report()).toMatchObject({ verdict: 'give-up', failure: { code: 'POISON_INPUT' } });
});

test('a failed run keeps code, message and hint; a second report changes nothing', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  expect(await db.ledger.failRun(run, boom)).toEqual({ verdict: 'closed' });
  expect(await db.ledger.failRun(run, { ...boom, code: 'OTHER' })).toEqual({ verdict: 'closed' });
  expect((await db.ledger.get(key(id)))?.run).toMatchObject({ state: 'failed', failure: boom });
  expect(await db.ledger.claim(claimOf(run, { generation: 1 }))).toMatchObject({
    verdict: 'failed',
    failure: boom,
  });
});

test('cancel: no attempt begins any more, and the state is cancelled only when the attempts are gone', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, run);
  expect(await db.ledger.requestCancel(key(id), operator, 'enough')).toMatchObject({ cancelRequested: true });
  expect(await db.ledger.renew(fence)).toEqual({ current: false, why: 'cancel requested' });
  expect(await db.ledger.begin(beginOf(run))).toMatchObject({ verdict: 'closed' });
  expect(await finishAs(db.ledger, run, fence, {})).toBe(false);
  expect((await db.ledger.cancelsDue(10)).map((due) => due.temporalRunId)).toContain(run.temporalRunId);
  expect(await db.ledger.closeCancelled(run, 'cancelled')).toEqual({ verdict: 'still-alive', attempts: 1 });
  expect((await db.ledger.get(key(id)))?.state).toBe('running');
  await db.ledger.endAttempt(fence, 'killed');
  expect(await db.ledger.closeCancelled(run, 'cancelled')).toEqual({ verdict: 'closed' });
  expect((await db.ledger.get(key(id)))?.run).toMatchObject({ state: 'cancelled', why: 'cancelled: enough' });
});

test('an attempt whose lease has run out (dead host) holds no cancel up', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, run);
  await db.sql(
    `update onceflow.step_attempts set lease_until = now() - interval '1 second' where fence = $1`,
    [fence],
  );
  expect(await db.ledger.closeCancelled(run, 'ended in Temporal')).toEqual({ verdict: 'closed' });
});

test('an unclaimed run is cancelled at once, and its late start ends cancelled', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  expect(await db.ledger.requestCancel(key(id), operator, null)).toMatchObject({ state: 'cancelled' });
  expect(await db.ledger.getDispatch(answer.runId)).toBeNull();
  expect(await db.ledger.claim(claimOf(temporalRun(id), { generation: 1 }))).toMatchObject({
    verdict: 'cancelled',
  });
});

test('a remembered output is found by its key, and a refused one is not', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const write = { temporalRunId: run.temporalRunId, document: { cells: '\u0000' }, artefacts: [], pin: null };
  const late = await fenceOf(db.ledger, run);
  const fence = await fenceOf(db.ledger, run);
  const computedWith = { version: 1, models: [] };
  const memory = { value: { b: 1, a: 2 }, rememberedFrom: null, computedWith };
  await db.ledger.finish({ ...write, ...memory, fence: late, memoryKey: 'k-late' });
  await db.ledger.finish({ ...write, ...memory, fence, memoryKey: 'k' });
  expect(await db.ledger.remember('k-late', 'lab')).toBeNull();
  expect(await db.ledger.remember('k', 'somebody else')).toBeNull();
  expect(await db.ledger.remember('k', 'lab')).toMatchObject({
    fence,
    value: { b: 1, a: 2 },
    document: { cells: '\u0000' },
  });
});

test('progress is kept per run, at most once a second, never from a superseded attempt', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const old = await fenceOf(db.ledger, run);
  const fence = await fenceOf(db.ledger, run);
  const at = (done: number) => ({ step: 'video.join', done, total: 10, unit: 'frames' });
  await db.ledger.reportProgress(old, at(9));
  expect((await db.ledger.get(key(id)))?.run.progress).toBeNull();
  await db.ledger.reportProgress(fence, at(1));
  await db.ledger.reportProgress(fence, at(2));
  expect((await db.ledger.get(key(id)))?.run.progress).toMatchObject({ done: 1, fraction: 0.1 });
  await db.ledger.reportProgress(fence, at(10));
  expect((await db.ledger.get(key(id)))?.run.progress).toMatchObject({ done: 10, fraction: 1 });
});
