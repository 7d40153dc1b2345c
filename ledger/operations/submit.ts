import { createBatch } from '../batch.ts';
import { codeOf, KeyTakenError, LedgerError, type LedgerErrorCode, typedError } from '../errors.ts';
import type { Answer, LedgerRefusal, SubmitRequest } from '../ledger.ts';
import { checkDurable, type LedgerPool, type Queryable } from '../pool.ts';
import { type AdmissionRow, admissionFacts } from './admission-facts.ts';
import { type Asked, askedOf, judge, refusedBy } from './admit.ts';
import { type AnsweredCall, keepCalls } from './keep-calls.ts';
import { type Kept, keepTogether } from './keep-together.ts';
import { startRuns } from './start-runs.ts';
import { createStarts } from './start-together.ts';

type Submitted = Answer | LedgerRefusal;

/** A key that was taken is found by the next read, so that one such round follows another only under a storm of keys. */
const mostRoundsTurnedAway = 10;

/**
 * A duplicate costs one read without a lock and one line of the log, each shared with the calls that arrive at the
 * same time; only a start (or a follow-up) locks its analysis, and decides again under the lock.
 */
export function createSubmit(pool: LedgerPool): (requests: readonly SubmitRequest[]) => Promise<Submitted[]> {
  const read = createBatch<Asked, AdmissionRow>((asked) => admissionFacts(pool, asked), {
    maxItems: 500,
    maxInFlight: 2,
  });
  const keep = createBatch<AnsweredCall, Kept>((calls) => keepTogether(pool, calls), {
    maxItems: 500,
    maxInFlight: 2,
  });

  const start = createStarts(pool);

  return async (requests) => {
    const answers = new Map<Asked, Submitted>();
    const asked = requests.map(askedOf);
    let open: readonly Asked[] = asked;
    for (let turnedAway = 0; open.length > 0 && turnedAway < mostRoundsTurnedAway; ) {
      const toStart = await answerDuplicates(open, answers, read, keep);
      const started = await start(toStart);
      if (started !== 'waited') for (const [one, answer] of started) answers.set(one, answer);
      const left = open.filter((one) => !answers.has(one));
      if (left.length < open.length) turnedAway = 0;
      else if (started !== 'waited') turnedAway += 1;
      open = left;
    }
    return asked.map((one) => answers.get(one) ?? refusedBy(one, new KeyTakenError()));
  };
}

/** Answers what starts nothing, once the log has it; gives back what is to be started. */
async function answerDuplicates(
  open: readonly Asked[],
  answers: Map<Asked, Submitted>,
  read: (asked: Asked) => Promise<AdmissionRow>,
  keep: (call: AnsweredCall) => Promise<Kept>,
): Promise<readonly Asked[]> {
  const toStart: Asked[] = [];
  const rows = await Promise.all(open.map(read));
  await Promise.all(
    open.map(async (one, index) => {
      const judgement = judge(one, rows[index] as AdmissionRow);
      if (judgement.kind === 'write') {
        toStart.push(one);
        return;
      }
      const kept = await keep({ asked: one, ...judgement });
      if (kept === true) answers.set(one, judgement.answer);
      else if (kept !== false) answers.set(one, refusedBy(one, kept));
    }),
  );
  return toStart;
}

/** The same decision inside the caller's transaction. A refusal is thrown as a LedgerError, so that the caller rolls back. */
export async function submitInTransaction(client: Queryable, request: SubmitRequest): Promise<Answer> {
  try {
    await checkTransaction(client);
    await checkDurable(client);
    return await decideIn(client, request);
  } catch (error) {
    throw codeOf(error) === '25P02' ? aborted(error) : typedError(error);
  }
}

/**
 * Without one each statement would commit by itself, and no lock would hold. Then, and only then, is the transaction as
 * old as the statement: this one travels without values, for else Postgres reads the clock more than once.
 */
async function checkTransaction(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ alone: boolean }>('select now() = statement_timestamp() as alone');
  if (rows[0]?.alone !== true) return;
  const hint = 'Send BEGIN on it first, or use submit.';
  throw new LedgerError('INVALID_ARGUMENT', 'No transaction is open on this connection.', hint);
}

function aborted(cause: unknown): LedgerError {
  const message = 'The transaction was aborted by an error before this call.';
  return new LedgerError('INVALID_ARGUMENT', message, 'Roll it back, and begin another one.', cause);
}

async function decideIn(client: Queryable, request: SubmitRequest): Promise<Answer> {
  const asked = askedOf(request);
  const rows = await admissionFacts(client, [asked]);
  const judgement = judge(asked, rows[0] as AdmissionRow);
  let answer: Submitted;
  if (judgement.kind === 'write') {
    answer = (await startRuns(client, [asked]))[0] as Submitted;
  } else {
    answer = judgement.answer;
    await keepCalls(client, [{ asked, ...judgement }]);
  }
  if (answer.outcome !== 'refused') return answer;
  throw new LedgerError(answer.code as LedgerErrorCode, answer.message, answer.hint);
}
