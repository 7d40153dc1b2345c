import { expect, test } from 'vitest';
import type { BeginRequest, TemporalRun } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import {
  adopted,
  analysed,
  ask,
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
const current = (registeredBefore: number) => ({ registeredBefore, openAndCurrent: true });

/** A reset to a point behind the claim: the first writer adopts, after a describe. */
async function adoptAtBegin(run: TemporalRun, changed: Partial<BeginRequest> = {}): Promise<number> {
  const first = await db.ledger.begin(beginOf(run, changed));
  if (first.verdict !== 'describe') throw new Error(`begin: ${JSON.stringify(first)}`);
  return fenceOf(db.ledger, run, { ...changed, described: current(first.registeredBefore) });
}

test('a reset of a finished run is one new generation; the old result stays readable until it commits', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  const run = await adopted(db.ledger, id);
  expect(await db.ledger.get(key(id))).toMatchObject({
    result: { generation: 1 },
    run: { generation: 2, state: 'running', trigger: 'reset' },
  });
  const begun = await db.ledger.begin(beginOf(run));
  expect(begun).toMatchObject({ verdict: 'go', bypassMemory: true, trigger: 'reset' });
  await complete(db.ledger, run, 1, { second: true });
  expect(await db.ledger.getResult(key(id))).toMatchObject({ generation: 2, document: { second: true } });
  expect(await db.ledger.getResult(key(id), 1)).toMatchObject({ document: { ok: 1 } });
});

test('the old result also stays after the reset run failed', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  await db.ledger.failRun(await adopted(db.ledger, id), boom);
  expect(await db.ledger.get(key(id))).toMatchObject({ state: 'failed', result: { generation: 1 } });
});

test('a reset of a running run closes it as cancelled (reset); what it still writes is refused and counted', async () => {
  const id = freshId();
  const old = await claimed(db.ledger, await submit(db.ledger, id));
  const oldFence = await fenceOf(db.ledger, old);
  const run = temporalRun(id, 'reset');
  const fence = await adoptAtBegin(run);
  expect(await db.ledger.runs(key(id))).toMatchObject([
    { generation: 2, state: 'running', trigger: 'reset' },
    { generation: 1, state: 'cancelled', why: 'reset' },
  ]);
  expect(await db.ledger.renew(oldFence)).toMatchObject({ current: false });
  expect(await finishAs(db.ledger, old, oldFence, { zombie: true })).toBe(false);
  expect(await db.ledger.commit(commitOf(old, oldFence))).toMatchObject({ verdict: 'closed' });
  expect(await db.ledger.refusedWrites(key(id))).toHaveLength(2);
  expect((await db.ledger.events(key(id))).filter((event) => event.type === 'write.refused')).toHaveLength(2);
  await finishAs(db.ledger, run, fence, { fresh: true });
  expect(await db.ledger.commit(commitOf(run, fence))).toMatchObject({ verdict: 'committed', generation: 2 });
  expect(await db.ledger.claim(claimOf(old, { generation: 1 }))).toMatchObject({ verdict: 'cancelled' });
});

test('a reset between the result step and the commit adopts at the commit, with the kept step', async () => {
  const id = freshId();
  const old = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, old);
  await finishAs(db.ledger, old, fence, { kept: true });
  const run = temporalRun(id, 'reset');
  const asked = await db.ledger.commit(commitOf(run, fence));
  expect(asked).toMatchObject({ verdict: 'describe' });
  const described = current(1);
  expect(await db.ledger.commit(commitOf(run, fence, { described }))).toMatchObject({
    verdict: 'committed',
    generation: 2,
  });
  expect((await db.ledger.getResult(key(id)))?.artefacts).toHaveLength(1);
});

test('two resets, both adopted: the second closes the first', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  const first = await adopted(db.ledger, id);
  const firstFence = await fenceOf(db.ledger, first);
  const second = await adopted(db.ledger, id);
  expect(await finishAs(db.ledger, first, firstFence, {})).toBe(false);
  await complete(db.ledger, second);
  expect((await db.ledger.runs(key(id))).map((run) => run.state)).toEqual([
    'completed',
    'cancelled',
    'completed',
  ]);
});

test('a superseded follow-up without a result runs after the reset failed', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  await db.ledger.failRun(await adopted(db.ledger, id), boom);
  expect((await db.ledger.runs(key(id)))[0]).toMatchObject({
    generation: 3,
    trigger: 'coalesced',
    state: 'pending',
  });
});

test('a reset after the commit of an open run starts nothing: its own run hears `completed`', async () => {
  const id = freshId();
  const { run } = await analysed(db.ledger, id);
  expect(await db.ledger.claim(claimOf(run, { generation: 1 }))).toMatchObject({ verdict: 'completed' });
  expect(await db.ledger.runs(key(id))).toHaveLength(1);
});

test('deleted by hand while running: revoked, nothing written, no row of the ledger deleted', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  await ask(db.ledger, id, { onDuplicate: 'coalesce', requestedBy: operator, reason: 'x' });
  const fence = await fenceOf(db.ledger, run);
  await db.sql('delete from onceflow.resources where resource_id = $1', [id]);
  expect((await db.ledger.getResource(id))?.deletedAt).toBeInstanceOf(Date);
  expect(await db.ledger.get(key(id))).toMatchObject({
    deleted: true,
    followUp: false,
    run: { state: 'running', cancelRequested: true },
  });
  expect(await db.ledger.renew(fence)).toMatchObject({ current: false });
  expect(await finishAs(db.ledger, run, fence, {})).toBe(false);
  expect(await db.ledger.commit(commitOf(run, fence))).toMatchObject({ verdict: 'closed' });
  await db.ledger.endAttempt(fence, 'revoked');
  expect(await db.ledger.closeCancelled(run, 'revoked')).toEqual({ verdict: 'closed' });
  expect(await db.ledger.get(key(id))).toMatchObject({
    state: 'cancelled',
    run: { why: 'resource deleted' },
  });
  expect(await db.ledger.getResult(key(id))).toBeNull();
});

test('deleted while pending: cancelled at once; its late start ends cancelled', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  expect(await db.ledger.deleteResource(id, operator)).toEqual({ deleted: true });
  expect(await db.ledger.deleteResource(id, operator)).toEqual({ deleted: false });
  expect(await db.ledger.getRun({ runId: answer.runId })).toMatchObject({ state: 'cancelled' });
  expect(await db.ledger.getDispatch(answer.runId)).toBeNull();
  expect(await db.ledger.claim(claimOf(temporalRun(id), { generation: 1 }))).toMatchObject({
    verdict: 'cancelled',
  });
});
