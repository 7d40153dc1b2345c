import { describe, expect, test } from 'vitest';
import type { Answer, LedgerRefusal, SubmitRequest } from '../../ledger/ledger.ts';
import type { AdmissionWish } from '../../policy/admission.ts';
import { admissionTable, asks, type LedgerShows, shows, wishesOf } from '../policy/admission-table.ts';
import { withLedger } from '../support/postgres.ts';
import { analysed, boom, claimed, freshId, operator, request, submit } from './verbs.ts';

/** The admission table through every entry point of the ledger, each on an analysis brought into that state for real. */
const db = withLedger();

const kinds = { 'no-repeat': 'video', 'allow-rerun': 'profiling' } as const;

async function bringInto(shown: LedgerShows, kind: string): Promise<string> {
  const id = freshId();
  const key = { kind, resourceId: id };
  const { ledger } = db;
  if (shown === 'nothing') {
    await ledger.putResource(id, { type: 'file', path: `/films/${id}` }, operator);
  } else if (shown === 'completed') {
    await analysed(ledger, id, { kind });
  } else if (shown === 'pending') {
    await submit(ledger, id, { kind });
  } else if (shown === 'running') {
    await claimed(ledger, await submit(ledger, id, { kind }));
  } else {
    if (shown.endsWith('rerun')) await analysed(ledger, id, { kind });
    // An unauthorised run beside a result: only the database can be brought there, for the kinds that do not repeat.
    const again = shown.endsWith('rerun') ? { onDuplicate: 'rerun', requestedBy: operator, reason: 'x' } : {};
    const run = await claimed(ledger, await submit(ledger, id, { kind, ...again } as Partial<SubmitRequest>));
    await db.sql('update onceflow.runs set authorised = false where temporal_run_id = $1', [
      run.temporalRunId,
    ]);
    if (shown.startsWith('failed')) await ledger.failRun(run, boom);
    else await ledger.closeCancelled(run, 'cancelled');
  }
  expect((await ledger.get(key))?.state ?? 'nothing').toBe(shown.replace(' rerun', ''));
  return id;
}

type Entry = (asked: SubmitRequest) => Promise<Answer | LedgerRefusal>;
const entries: Readonly<Record<string, Entry>> = {
  submit: async (asked) => (await db.ledger.submit([asked]))[0] as Answer,
  submitMany: async (asked) => {
    const others = [request(freshId()), request(freshId(), { kind: 'profiling' })];
    return (
      await db.ledger.submit([others[0] as SubmitRequest, asked, others[1] as SubmitRequest])
    )[1] as Answer;
  },
  submitInTransaction: (asked) =>
    db.pool
      .transaction(async (tx) => db.ledger.submitInTransaction(tx as never, asked))
      .catch((error) => ({
        ...asked,
        outcome: 'refused' as const,
        code: (error as { code: string }).code,
        message: '',
        hint: '',
        generation: null,
      })),
};

function wordFor(answer: Answer | LedgerRefusal): string {
  if (answer.outcome === 'refused') return answer.code === 'CONFLICT' ? 'conflict' : answer.code;
  return { started: 'start', running: 'run', completed: 'result' }[answer.outcome];
}

/** What the entry point answers, and what the ledger shows afterwards, in the words of the table. */
async function outcomeOf(
  entry: string,
  policy: 'no-repeat' | 'allow-rerun',
  shown: LedgerShows,
  { wish, onDuplicate, reason }: AdmissionWish,
): Promise<string> {
  const kind = kinds[policy];
  const id = await bringInto(shown, kind);
  const { source: _source, ...bare } = request(id, { kind, wish, requestedBy: operator });
  const optional = { ...(onDuplicate && { onDuplicate }), ...(reason && { reason }) };
  const answer = await (entries[entry] as Entry)({ ...bare, ...optional });
  const view = await db.ledger.get({ kind, resourceId: id });
  if (answer.outcome !== 'refused') {
    expect(answer.why).not.toBe('');
    expect(await db.ledger.getRun({ runId: answer.runId })).toMatchObject({ generation: answer.generation });
  }
  return wordFor(answer) + (view?.followUp ? ' +1' : '');
}

describe.each(Object.keys(entries))('%s', (entry) => {
  describe.each(['no-repeat', 'allow-rerun'] as const)('%s', (policy) => {
    test.each(shows)('the ledger shows %s', async (shown) => {
      const cases = asks.flatMap((asked) => wishesOf(asked).map((wish) => ({ asked, wish })));
      const expected = cases.map(({ asked, wish }) => [
        asked,
        wish.wish,
        admissionTable[policy][asked][shown],
      ]);
      const seen = await Promise.all(
        cases.map(async ({ asked, wish }) => [asked, wish.wish, await outcomeOf(entry, policy, shown, wish)]),
      );
      expect(seen).toEqual(expected);
    });
  });
});
