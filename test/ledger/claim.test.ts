import { expect, test } from 'vitest';
import type { SilentRun } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import {
  analysed,
  boom,
  claimed,
  claimOf,
  complete,
  fenceOf,
  finishAs,
  freshId,
  operator,
  request,
  submit,
  temporalRun,
} from './verbs.ts';

const db = withLedger();
const key = (resourceId: string, kind = 'video') => ({ kind, resourceId });
const described = (registeredBefore: number) => ({ registeredBefore, openAndCurrent: true });

test('a second run of a generation ends cancelled while the first is open, and takes over when it is closed', async () => {
  const id = freshId();
  const first = await claimed(db.ledger, await submit(db.ledger, id));
  const fence = await fenceOf(db.ledger, first);
  const second = temporalRun(id);
  const asked = claimOf(second, { generation: 1 });
  const { temporalRunId } = first;
  expect(await db.ledger.claim(asked)).toEqual({ verdict: 'describe-other', temporalRunId });
  const open = { ...asked, otherRun: { temporalRunId, open: true } };
  expect(await db.ledger.claim(open)).toMatchObject({ verdict: 'cancelled' });
  const closed = { ...asked, otherRun: { temporalRunId, open: false } };
  expect(await db.ledger.claim(closed)).toEqual({ verdict: 'describe', registeredBefore: 1 });
  expect(await db.ledger.claim({ ...closed, described: described(0) })).toMatchObject({
    verdict: 'describe',
  });
  expect(await db.ledger.claim({ ...closed, described: described(1) })).toMatchObject({
    verdict: 'go',
    generation: 1,
  });
  expect(await finishAs(db.ledger, first, fence, {})).toBe(false);
  expect(await db.ledger.claim(claimOf(first, { generation: 1 }))).toMatchObject({ verdict: 'cancelled' });
  await complete(db.ledger, second);
  expect(await db.ledger.runs(key(id))).toHaveLength(1);
});

test('a direct start takes a pending generation', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  const run = temporalRun(id);
  expect(await db.ledger.claim(claimOf(run))).toEqual({ verdict: 'describe', registeredBefore: 0 });
  const verdict = await db.ledger.claim(claimOf(run, { described: described(0) }));
  expect(verdict).toMatchObject({ verdict: 'go', runId: answer.runId, trigger: 'submit' });
});

test('a direct start of a known resource without a run opens a generation of its own', async () => {
  const id = freshId();
  await db.ledger.putResource(id, request(id).source as never, operator);
  const run = temporalRun(id);
  const verdict = await db.ledger.claim(claimOf(run, { described: described(0) }));
  expect(verdict).toMatchObject({ verdict: 'go', generation: 1, trigger: 'direct', owner: 'lab' });
  expect(await db.ledger.claim(claimOf(run))).toMatchObject({ verdict: 'go', generation: 1 });
});

test('a direct start of a finished analysis: no-repeat hears the result, allow-rerun runs again', async () => {
  const [film, table] = [freshId(), freshId()];
  const { answer } = await analysed(db.ledger, film);
  const heard = await db.ledger.claim(claimOf(temporalRun(film)));
  expect(heard).toEqual({ verdict: 'completed', runId: answer.runId, generation: 1 });
  await analysed(db.ledger, table, { kind: 'profiling' });
  const again = claimOf(temporalRun(table, 'start', 'profiling'), { described: described(1) });
  expect(await db.ledger.claim(again)).toMatchObject({ verdict: 'go', generation: 2, trigger: 'direct' });
});

test('a direct start beside an open run ends cancelled', async () => {
  const id = freshId();
  const first = await claimed(db.ledger, await submit(db.ledger, id));
  const otherRun = { temporalRunId: first.temporalRunId, open: true };
  expect(await db.ledger.claim(claimOf(temporalRun(id), { otherRun }))).toMatchObject({
    verdict: 'cancelled',
  });
});

test('an unknown resource and a foreign workflow ID are clear failures', async () => {
  expect(await db.ledger.claim(claimOf(temporalRun('nobody')))).toMatchObject({
    verdict: 'refused',
    failure: { code: 'RESOURCE_UNKNOWN' },
  });
  const run = { workflowId: 'my-own-id', temporalRunId: 't', fromReset: false };
  expect(await db.ledger.claim(claimOf(run, { kind: 'video', resourceId: 'x' }))).toMatchObject({
    verdict: 'refused',
    failure: { code: 'WORKFLOW_ID_MISMATCH' },
  });
});

test('a start whose generation has ended hears how; one whose generation is superseded ends cancelled', async () => {
  const id = freshId();
  const first = await claimed(db.ledger, await submit(db.ledger, id));
  await db.ledger.failRun(first, boom);
  expect(await db.ledger.claim(claimOf(temporalRun(id), { generation: 1 }))).toMatchObject({
    verdict: 'failed',
  });
  expect(await db.ledger.claim(claimOf(temporalRun(id), { generation: 9 }))).toMatchObject({
    verdict: 'cancelled',
  });
});

test('50 concurrent claims of one generation: one goes on', async () => {
  const id = freshId();
  await submit(db.ledger, id);
  const verdicts = await Promise.all(
    Array.from({ length: 50 }, () => db.ledger.claim(claimOf(temporalRun(id), { generation: 1 }))),
  );
  expect(verdicts.filter((verdict) => verdict.verdict === 'go')).toHaveLength(1);
  expect(verdicts.filter((verdict) => verdict.verdict === 'describe-other')).toHaveLength(49);
});

test('a run that Temporal does not know is dispatched again three times, then LOST', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  let run = await claimed(db.ledger, answer);
  const unknown = () => db.ledger.takeOverOutcome(answer.runId, run.temporalRunId, 'unknown');
  for (let tries = 1; tries <= 3; tries += 1) {
    expect(await unknown()).toEqual({ action: 'dispatched' });
    expect(await unknown()).toEqual({ action: 'nothing' });
    const next = temporalRun(id);
    const otherRun = { temporalRunId: run.temporalRunId, open: false };
    const claim = claimOf(next, { generation: 1, otherRun, described: described(tries) });
    expect(await db.ledger.claim(claim)).toMatchObject({ verdict: 'go' });
    expect(await db.ledger.getDispatch(answer.runId)).toBeNull();
    run = next;
  }
  expect(await unknown()).toEqual({ action: 'closed' });
  expect(await db.ledger.getRun({ runId: answer.runId })).toMatchObject({
    state: 'failed',
    failure: { code: 'LOST' },
  });
});

test('a run that was terminated by hand is cancelled only when its attempts are gone, or their lease is', async () => {
  const answer = await submit(db.ledger, freshId());
  const run = await claimed(db.ledger, answer);
  const first = await fenceOf(db.ledger, run);
  const second = await fenceOf(db.ledger, run, { instance: 'two' });
  const takeOver = () => db.ledger.takeOverOutcome(answer.runId, run.temporalRunId, 'cancelled');
  expect(await takeOver()).toEqual({ action: 'nothing' });
  await db.ledger.endAttempt(first, 'killed');
  expect(await takeOver()).toEqual({ action: 'nothing' });
  expect(await finishAs(db.ledger, run, second, {})).toBe(true);
  expect(await takeOver()).toEqual({ action: 'closed' });
});

test('a cancelled run that Temporal does not know waits for the lease of a dead host, no longer', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  const run = await claimed(db.ledger, answer);
  const fence = await fenceOf(db.ledger, run);
  await db.ledger.requestCancel(key(id), operator, null);
  const takeOver = () => db.ledger.takeOverOutcome(answer.runId, run.temporalRunId, 'unknown');
  expect(await takeOver()).toEqual({ action: 'nothing' });
  await db.sql(
    `update onceflow.step_attempts set lease_until = now() - interval '1 second' where fence = $1`,
    [fence],
  );
  expect(await takeOver()).toEqual({ action: 'closed' });
});

test('pages of silent runs give each of them once, also those that were claimed in one instant', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => submit(db.ledger, freshId())));
  for (const answer of answers) await claimed(db.ledger, answer);
  const runIds = answers.map((answer) => answer.runId);
  await db.sql(
    `update onceflow.runs set started_at = date_trunc('hour', now()) - interval '3 hours 3 microseconds'
       - (run_id = $1)::int * interval '1 microsecond' where run_id = any($2)`,
    [runIds[0], runIds],
  );
  const seen: string[] = [];
  let last: SilentRun | undefined;
  do {
    const page: readonly SilentRun[] = await db.ledger.silentRuns(7_200_000, 2, last);
    last = page.at(-1);
    seen.push(...page.map((run) => run.runId));
  } while (last !== undefined);
  expect(seen).toEqual([runIds[0], ...runIds.slice(1).sort()]);
});

test('silent runs are those without a sign of life; workers are counted per queue', async () => {
  const [quiet, alive] = [await submit(db.ledger, freshId()), await submit(db.ledger, freshId())];
  await claimed(db.ledger, quiet);
  const run = await claimed(db.ledger, alive);
  await db.sql(`update onceflow.runs set started_at = now() - interval '1 hour' where run_id in ($1, $2)`, [
    quiet.runId,
    alive.runId,
  ]);
  await fenceOf(db.ledger, run);
  const silent = (await db.ledger.silentRuns(60_000, 100)).map((one) => one.runId);
  expect(silent).toContain(quiet.runId);
  expect(silent).not.toContain(alive.runId);
  expect(await db.ledger.silentRun(60_000, quiet.runId)).toMatchObject({ runId: quiet.runId });
  expect(await db.ledger.silentRun(60_000, alive.runId)).toBeNull();
  const worker = { queue: 'gpu', device: null, pid: 1, host: 'h' };
  await db.ledger.workerSeen({ ...worker, workerId: 'a' });
  await db.ledger.workerSeen({ ...worker, workerId: 'b' });
  await db.ledger.workerGone('b');
  expect(await db.ledger.queues()).toMatchObject([{ queue: 'gpu', workers: 1 }]);
});
