import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Answer, LedgerRefusal, SubmitRequest, TemporalRun } from '../../ledger/ledger.ts';
import {
  ask,
  beginOf,
  boom,
  claimOf,
  commitOf,
  fenceOf,
  finishAs,
  freshId,
  operator,
  temporalRun,
} from '../ledger/verbs.ts';
import { withLedger } from '../support/postgres.ts';
import { check } from './check.ts';
import type { AnswerLine, HistoryLine } from './history.ts';
import { createRecorder } from './record-calls.ts';
import { ledgerLines } from './record-ledger.ts';

/**
 * Awkward moments on the real ledger, judged by the history checker alone: a test does what callers, workers and
 * Temporal may do, takes every verdict as it comes, and what is left must keep every rule.
 */
const db = withLedger();
const lines: HistoryLine[] = [];
const recorded = createRecorder('test', (line) => void lines.push(line));
const kind = 'video';
const again = { requestedBy: operator, reason: 'again' } as const;

afterEach(async () => {
  const told = lines.splice(0);
  const here = new Set(told.flatMap((line) => ('resourceId' in line ? line.resourceId : [])));
  const left = await ledgerLines((text) => db.sql(text));
  const history = [...told, ...left.filter((line) => 'resourceId' in line && here.has(line.resourceId))];
  const broken = check(history).map((found) => `broken: ${found.rule}: ${found.analysis}: ${found.message}`);
  if (broken.length > 0) expect.fail(broken.join('\n'));
});

const told = (answer: Answer | LedgerRefusal): Omit<AnswerLine, 'line' | 'id' | 'at'> =>
  answer.outcome === 'refused'
    ? { outcome: 'refused', code: answer.code }
    : { outcome: answer.outcome, generation: answer.generation, runId: answer.runId, state: answer.state };

function asks(resourceId: string, changed: Partial<SubmitRequest> = {}): Promise<Answer | LedgerRefusal> {
  const { wish = 'submit', onDuplicate, reason } = changed;
  const verb = wish === 'retry' || wish === 'rerun' ? wish : 'submit';
  const asking = { kind, resourceId, verb, source: true, authority: reason !== undefined } as const;
  const mode = onDuplicate === undefined ? {} : { onDuplicate };
  return recorded({ ...asking, ...mode }, () => ask(db.ledger, resourceId, changed), told);
}

async function reads(resourceId: string): Promise<void> {
  const tell = (view: Awaited<ReturnType<typeof db.ledger.get>>) => {
    if (view === null) return { outcome: 'seen' } as const;
    const { run, state, result } = view;
    return {
      outcome: 'seen',
      generation: run.generation,
      state,
      result: result?.generation ?? null,
    } as const;
  };
  await recorded({ kind, resourceId, verb: 'get' }, () => db.ledger.get({ kind, resourceId }), tell);
}

/** An operator's reset: a new Temporal run, which has done nothing yet. */
async function resets(resourceId: string): Promise<TemporalRun> {
  const run = { ...temporalRun(resourceId, 'reset'), temporalRunId: randomUUID() };
  const tell = () => ({ outcome: 'done', temporalRunId: run.temporalRunId }) as const;
  await recorded({ kind, resourceId, verb: 'reset' }, () => Promise.resolve(run), tell);
  return run;
}

async function begins(run: TemporalRun, instance = '', temporalAttempt = 1): Promise<number | null> {
  const fence = await fenceOf(db.ledger, run, { instance, temporalAttempt }).catch(() => null);
  if (fence !== null) works(run, fence);
  await delay(5);
  return fence;
}

function works({ workflowId }: TemporalRun, fence: number): void {
  const resourceId = workflowId.slice(kind.length + 1);
  lines.push({ line: 'computation', kind, resourceId, step: 'video.join', fence, at: Date.now() });
}

const finishes = (run: TemporalRun, fence: number | null) =>
  fence === null ? Promise.resolve(false) : finishAs(db.ledger, run, fence, { fence });

const commits = (run: TemporalRun, fence: number | null) =>
  fence === null ? Promise.resolve(null) : db.ledger.commit(commitOf(run, fence));

/** The first activity of a run; describes it as often as it is asked to. */
async function claims(run: TemporalRun, openAndCurrent: boolean, generation?: number): Promise<string> {
  const named = generation === undefined ? {} : { generation };
  let described: { registeredBefore: number; openAndCurrent: boolean } | undefined;
  let otherRun: { temporalRunId: string; open: boolean } | undefined;
  for (let asked = 0; asked < 5; asked += 1) {
    const seen = { ...(described && { described }), ...(otherRun && { otherRun }) };
    const answer = await db.ledger.claim(claimOf(run, { ...named, ...seen }));
    if (answer.verdict === 'describe')
      described = { registeredBefore: answer.registeredBefore, openAndCurrent };
    else if (answer.verdict === 'describe-other')
      otherRun = { temporalRunId: answer.temporalRunId, open: false };
    else return answer.verdict;
  }
  return 'unsettled';
}

async function submitted(resourceId: string, changed?: Partial<SubmitRequest>): Promise<TemporalRun> {
  const answer = await asks(resourceId, changed);
  const run = temporalRun(resourceId);
  await claims(run, true, answer.generation ?? 0);
  return run;
}

async function completes(run: TemporalRun): Promise<void> {
  const fence = await begins(run);
  await finishes(run, fence);
  await commits(run, fence);
}

test('an attempt that was replaced still tries to write', async () => {
  const id = freshId();
  const run = await submitted(id);
  const older = await begins(run);
  const newer = await begins(run, '', 2);
  await finishes(run, older);
  await commits(run, older);
  await finishes(run, newer);
  await commits(run, newer);
  await reads(id);
});

test('instances of a step are at work together', async () => {
  const run = await submitted(freshId());
  const instances = ['0', '1'];
  const left = new Set(instances);
  // As Temporal does: what was refused is tried again.
  for (let round = 1; round <= 3 && left.size > 0; round += 1) {
    const fences = new Map<string, number | null>();
    for (const instance of left) fences.set(instance, await begins(run, instance, round));
    for (const [instance, fence] of fences) if (await finishes(run, fence)) left.delete(instance);
  }
  if (left.size === 0) await completes(run);
});

test('what submit answered with is known to a read at once', async () => {
  const id = freshId();
  const answer = await asks(id);
  await reads(id);
  await delay(100);
  const run = temporalRun(id);
  await claims(run, true, answer.generation ?? 0);
  await completes(run);
});

test('a run is dispatched again under another Temporal run, whose attempts count from one', async () => {
  const id = freshId();
  const lost = await submitted(id);
  await begins(lost, '', 3);
  const next = temporalRun(id);
  await claims(next, true, 1);
  await completes(next);
});

test('a finished analysis is reset', async () => {
  const id = freshId();
  await completes(await submitted(id));
  const run = await resets(id);
  if ((await claims(run, true)) === 'go') await completes(run);
  await reads(id);
});

test('the run of an earlier reset wakes up when a later one has taken over', async () => {
  const id = freshId();
  await completes(await submitted(id));
  const [earlier, later] = [await resets(id), await resets(id)];
  await claims(later, true);
  const verdict = await claims(earlier, false);
  await completes(verdict === 'go' ? earlier : later);
});

test('an attempt of a run that was reset still tries to write', async () => {
  const id = freshId();
  const old = await submitted(id);
  const late = await begins(old);
  const run = await resets(id);
  await claims(run, true);
  await delay(5);
  await finishes(old, late);
  await commits(old, late);
  await completes(run);
  await reads(id);
});

test('a follow-up is asked for and its caller goes away', async () => {
  const id = freshId();
  const run = await submitted(id);
  await asks(id, { onDuplicate: 'coalesce', ...again });
  await completes(run);
  const next = temporalRun(id);
  if ((await claims(next, true, 2)) === 'go') await completes(next);
});

test('a rerun of a finished analysis fails, and somebody submits it again', async () => {
  const id = freshId();
  await completes(await submitted(id));
  await reads(id);
  const run = await submitted(id, { wish: 'rerun', ...again });
  await db.ledger.failRun(run, boom);
  await reads(id);
  const answer = await asks(id);
  if (answer.outcome !== 'started') return;
  const next = temporalRun(id);
  await claims(next, true, answer.generation);
  await completes(next);
});

test('a run is asked to end while it works', async () => {
  const id = freshId();
  const run = await submitted(id);
  const fence = await begins(run);
  await recorded(
    { kind, resourceId: id, verb: 'cancel' },
    () => db.ledger.requestCancel({ kind, resourceId: id }, operator, null),
    () => ({ outcome: 'done' }),
  );
  await db.ledger.begin(beginOf(run, { temporalAttempt: 2 }));
  await finishes(run, fence);
  if (fence !== null) await db.ledger.endAttempt(fence, 'cancelled');
  await db.ledger.closeCancelled(run, 'cancelled');
  await reads(id);
});
