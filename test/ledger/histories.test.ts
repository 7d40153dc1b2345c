import { expect, test } from 'vitest';
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
  request,
  submit,
  temporalRun,
} from './verbs.ts';

/**
 * The histories that go wrong when one clause of the lifecycle is left out (docs/model/README.md), each forced on the
 * real ledger. DIREND is Temporal's: test/flow/turned-away.test.ts.
 */
const db = withLedger();
const key = (resourceId: string) => ({ kind: 'video', resourceId });
const current = (registeredBefore: number) => ({ registeredBefore, openAndCurrent: true });
const coalesce = { onDuplicate: 'coalesce', requestedBy: operator, reason: 'again' } as const;

async function putAgain(resourceId: string): Promise<void> {
  await db.ledger.deleteResource(resourceId, operator);
  await db.ledger.putResource(resourceId, request(resourceId).source as never, operator);
}

async function states(resourceId: string): Promise<readonly string[]> {
  return (await db.ledger.runs(key(resourceId))).map((run) => `${run.generation} ${run.state}`).reverse();
}

test('DISP: a start that a reset overtook is not dispatched for ever, nor is one that was lost', async () => {
  const id = freshId();
  const overtaken = await submit(db.ledger, id);
  await adopted(db.ledger, id);
  expect(await db.ledger.getDispatch(overtaken.runId)).toBeNull();
  const lost = await submit(db.ledger, freshId());
  const run = await claimed(db.ledger, lost);
  const unknown = () => db.ledger.takeOverOutcome(lost.runId, run.temporalRunId, 'unknown');
  expect(await unknown()).toEqual({ action: 'dispatched' });
  await db.ledger.takeOverOutcome(lost.runId, run.temporalRunId, 'cancelled');
  expect(await db.ledger.getDispatch(lost.runId)).toBeNull();
});

test('FU: what a reset overtook is not computed again once the reset has given the result', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  const run = await adopted(db.ledger, id);
  expect((await db.ledger.get(key(id)))?.followUp).toBe(true);
  // Not authorised, and by then there is a result: answered, not run.
  expect(await complete(db.ledger, run)).toMatchObject({ dispatched: false });
  expect((await db.ledger.events(key(id))).map((event) => event.type)).toContain('follow-up.answered');
  expect(await states(id)).toEqual(['1 cancelled', '2 completed']);
});

test('FUDEL: a follow-up of a deleted resource never runs, also when the resource is put again', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  await submit(db.ledger, id, coalesce);
  await putAgain(id);
  expect(await db.ledger.get(key(id))).toMatchObject({ followUp: false });
  expect(await db.ledger.closeCancelled(run, 'revoked')).toEqual({ verdict: 'closed' });
  expect(await states(id)).toEqual(['1 cancelled']);
});

test('DEMOTE: a caller whose start a reset overtook reads `cancelled (superseded)`, never `unknown`', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  await adopted(db.ledger, id);
  const seen = await db.ledger.getRun({ runId: answer.runId });
  expect(seen).toMatchObject({ generation: 1, state: 'cancelled', why: 'superseded' });
  expect(await db.ledger.get({ runId: answer.runId })).toMatchObject({ run: { generation: 2 } });
});

test('DIRREP: a direct claim whose answer was lost hears it again, and does not end its own run', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  const run = temporalRun(id);
  const first = await db.ledger.claim(claimOf(run, { described: current(0) }));
  expect(await db.ledger.claim(claimOf(run))).toEqual(first);
  const otherRun = { temporalRunId: run.temporalRunId, open: true };
  expect(await db.ledger.claim(claimOf(run, { otherRun }))).toMatchObject({ verdict: 'go', generation: 1 });
});

test('DIRREP: a run that was told to end hears so again, also when the resource is put again meanwhile', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  await db.ledger.deleteResource(id, operator);
  const told = [temporalRun(id), temporalRun(id, 'reset')];
  for (const run of told) expect(await db.ledger.claim(claimOf(run))).toMatchObject({ verdict: 'cancelled' });
  await putAgain(id);
  await submit(db.ledger, id);
  for (const run of told) {
    const again = claimOf(run, { described: current(0) });
    expect(await db.ledger.claim(again)).toMatchObject({ verdict: 'cancelled' });
  }
  expect(await states(id)).toEqual(['1 cancelled', '2 pending']);
});

test('RECID: a silent row takes over the outcome of its own Temporal run only', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  const run = await claimed(db.ledger, answer);
  const take = (temporalRunId: string) => db.ledger.takeOverOutcome(answer.runId, temporalRunId, 'cancelled');
  expect(await take('another-run')).toEqual({ action: 'nothing' });
  expect(await take(run.temporalRunId)).toEqual({ action: 'closed' });
  expect(await take(run.temporalRunId)).toEqual({ action: 'nothing' });
  expect(await states(id)).toEqual(['1 cancelled']);
});

test('CAS: two resets in a row, and the frozen writer of the first changes nothing when it wakes', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  const frozen = temporalRun(id, 'reset');
  const seen = await db.ledger.begin(beginOf(frozen));
  expect(seen).toEqual({ verdict: 'describe', registeredBefore: 1 });
  const second = temporalRun(id, 'reset');
  const fence = await fenceOf(db.ledger, second, { described: current(1) });
  // Its describe was true when it looked; since then another run registered, so it must look again.
  expect(await db.ledger.begin(beginOf(frozen, { described: current(1) }))).toEqual({
    verdict: 'describe',
    registeredBefore: 2,
  });
  const over = { registeredBefore: 2, openAndCurrent: false };
  expect(await db.ledger.begin(beginOf(frozen, { described: over }))).toMatchObject({ verdict: 'closed' });
  expect(await db.ledger.claim(claimOf(frozen, { described: over }))).toMatchObject({ verdict: 'cancelled' });
  expect(await db.ledger.renew(fence)).toMatchObject({ current: true });
  expect(await states(id)).toEqual(['1 completed', '2 running']);
});

test('ZOMBIE: a dead run takes no place and opens no generation', async () => {
  const id = freshId();
  const first = await claimed(db.ledger, await submit(db.ledger, id));
  const dead = { registeredBefore: 1, openAndCurrent: false };
  const otherRun = { temporalRunId: first.temporalRunId, open: false };
  const takes = claimOf(temporalRun(id), { generation: 1, otherRun, described: dead });
  expect(await db.ledger.claim(takes)).toMatchObject({ verdict: 'cancelled' });
  await db.ledger.failRun(first, boom);
  const opens = claimOf(temporalRun(id), { described: dead });
  expect(await db.ledger.claim(opens)).toMatchObject({ verdict: 'cancelled' });
  expect(await states(id)).toEqual(['1 failed']);
});

test('OLDRUN: put again while the old run still cancels, submit answers with a run of its own', async () => {
  const id = freshId();
  const old = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, old);
  await putAgain(id);
  const answer = await submit(db.ledger, id);
  expect(answer).toMatchObject({ outcome: 'started', generation: 2, incarnation: 2 });
  expect(await db.ledger.getDispatch(answer.runId)).toMatchObject({ reusePolicy: 'ALLOW_DUPLICATE' });
  expect(await finishAs(db.ledger, old, fence, {})).toBe(false);
  const run = await claimed(db.ledger, answer);
  await complete(db.ledger, run, 2);
  expect(await db.ledger.get(key(id))).toMatchObject({
    incarnation: 2,
    result: { generation: 2 },
    deleted: false,
  });
});

test('COMMIT: the run of a deleted resource, and a cancelled one, apply nothing', async () => {
  for (const end of ['delete', 'cancel'] as const) {
    const id = freshId();
    const run = await claimed(db.ledger, await submit(db.ledger, id));
    const fence = await fenceOf(db.ledger, run);
    expect(await finishAs(db.ledger, run, fence, { late: true })).toBe(true);
    if (end === 'delete') await putAgain(id);
    else await db.ledger.requestCancel(key(id), operator, null);
    expect(await db.ledger.commit(commitOf(run, fence))).toMatchObject({ verdict: 'closed' });
    expect(await db.ledger.getResult(key(id))).toBeNull();
    expect(await db.ledger.refusedWrites(key(id))).toMatchObject([{ what: 'commit' }]);
  }
});

test('IDEM: an idempotency key of a deleted resource gives no answer, also when it is put again', async () => {
  const id = freshId();
  const keyed = { idempotencyKey: `key-${id}` };
  await complete(db.ledger, await claimed(db.ledger, await submit(db.ledger, id, keyed)));
  const gone = { outcome: 'refused', code: 'RESOURCE_DELETED', generation: null };
  await db.ledger.deleteResource(id, operator);
  expect(await ask(db.ledger, id, keyed)).toMatchObject(gone);
  await putAgain(id);
  expect(await ask(db.ledger, id, keyed)).toMatchObject(gone);
});

test('RINC: a reset that keeps steps of the old incarnation is turned away, whenever it asks', async () => {
  const id = freshId();
  await analysed(db.ledger, id);
  await putAgain(id);
  const run = temporalRun(id, 'reset');
  expect(await db.ledger.begin(beginOf(run))).toMatchObject({ verdict: 'describe', registeredBefore: 1 });
  expect(await db.ledger.begin(beginOf(run, { described: current(1) }))).toMatchObject({ verdict: 'closed' });
  expect(await db.ledger.claim(claimOf(run))).toMatchObject({ verdict: 'cancelled' });
  expect(await states(id)).toEqual(['1 completed']);
});

test('RA: asked for on its behalf, a run that has not claimed yet gets its own generation, and none is made', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  const run = temporalRun(id);
  expect(await db.ledger.begin(beginOf(run, { described: current(0) }))).toMatchObject({ verdict: 'closed' });
  const claim = claimOf(run, { generation: 1, described: current(0) });
  const [onBehalf, itself] = await Promise.all([db.ledger.claim(claim), db.ledger.claim(claim)]);
  expect(onBehalf).toMatchObject({ verdict: 'go', runId: answer.runId, trigger: 'submit' });
  expect(itself).toEqual(onBehalf);
  expect(await states(id)).toEqual(['1 running']);
});

test('UNWANTED: a run that is lost, dispatched again and then cancelled ends with its next start', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  const { temporalRunId } = await claimed(db.ledger, answer);
  await db.ledger.takeOverOutcome(answer.runId, temporalRunId, 'unknown');
  await db.ledger.requestCancel(key(id), operator, 'not wanted');
  const next = claimOf(temporalRun(id), { generation: 1 });
  expect(await db.ledger.claim(next)).toEqual({ verdict: 'describe-other', temporalRunId });
  const otherRun = { temporalRunId, open: false };
  expect(await db.ledger.claim({ ...next, otherRun })).toMatchObject({ verdict: 'cancelled' });
  expect(await states(id)).toEqual(['1 cancelled']);
  expect(await db.ledger.getDispatch(answer.runId)).toBeNull();
});
