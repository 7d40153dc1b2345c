import type { Client } from '@temporalio/client';
import type { PoolClient } from 'pg';
import { faultPoint } from '../ledger/fault-points.ts';
import type { Answer as LedgerAnswer, Ledger, LedgerRefusal, SubmitRequest } from '../ledger/ledger.ts';
import type { Wish } from '../policy/admission.ts';
import { workflowIdOf } from '../policy/ids.ts';
import { isObject, shown } from './arguments.ts';
import { type Call, typed } from './calls.ts';
import { startDispatched } from './dispatch.ts';
import { fromRefusal, invalid } from './errors.ts';
import type { Answer, Refused, SubmitItem, SubmitOptions } from './onceflow.ts';
import { type RequestContext, requestOf } from './requests.ts';
import { resultFrom } from './results.ts';
import { createSilenceCheck } from './silence.ts';
import { temporalDeadlineMs } from './temporal.ts';

export interface SubmitContext extends RequestContext {
  readonly ledger: Ledger;
  readonly call: Call;
  /** Undefined: whoever runs a relay starts what is submitted here. */
  readonly temporal: Client | undefined;
}

const mostAtOnce = 10_000;
const startsAtATime = 10;
/** A relay that started the same ones meanwhile would only be told that they are started already. */
const ownStartMs = 2_000;

export interface Submissions {
  one(wish: Wish, kind: string, resourceId: string, options?: SubmitOptions<string>): Promise<Answer>;
  many(items: readonly SubmitItem[]): Promise<readonly (Answer | Refused)[]>;
  inTransaction(
    client: PoolClient,
    kind: string,
    resourceId: string,
    options?: SubmitOptions<string>,
  ): Promise<Answer>;
}

type Submit = (requests: readonly SubmitRequest[]) => Promise<readonly (LedgerAnswer | LedgerRefusal)[]>;

export function createSubmissions(context: SubmitContext): Submissions {
  const { ledger, call } = context;
  const start = createStarter(context);
  const submit: Submit = async (requests) => {
    const startsWithinMs = start.isAble() ? ownStartMs : 0;
    const asked = requests.map((request) => ({ ...request, startsWithinMs }));
    const answers = await call(() => ledger.submit(asked));
    await start.all(answers.filter((answer): answer is LedgerAnswer => answer.outcome === 'started'));
    return answers;
  };
  const endedUnseen = createUnseenEnd(context);
  return {
    async one(wish, kind, resourceId, options) {
      const ask = async () => {
        const [answer] = await submit([await requestOf(context, wish, kind, resourceId, options)]);
        if (answer === undefined) throw new Error('the ledger answered nothing to a submit');
        if (answer.outcome === 'refused') throw fromRefusal(answer);
        return answer;
      };
      const answer = await ask();
      // A key of the caller's own gives the first answer again, whatever became of the run.
      const dead = options?.idempotencyKey === undefined && (await endedUnseen(answer));
      return withResult(context, dead ? await ask() : answer);
    },
    many: (items) => submitMany(context, submit, items),
    async inTransaction(client, kind, resourceId, options) {
      if (typeof client?.query !== 'function') {
        throw invalid(`the transaction's client is ${shown(client)}`, 'give the pg client that has begun it');
      }
      const request = await requestOf(context, 'submit', kind, resourceId, options);
      // Not repeated: a lost connection takes the caller's transaction with it.
      const answer = await ledger.submitInTransaction(client, request).catch((error: unknown) => {
        throw typed(error);
      });
      return withResult(context, answer);
    },
  };
}

async function submitMany(
  context: SubmitContext,
  submit: Submit,
  items: readonly SubmitItem[],
): Promise<readonly (Answer | Refused)[]> {
  checkItems(items);
  if (items.length === 0) return [];
  if (items.length > mostAtOnce) {
    throw invalid(`${items.length} submits are too many at once`, `submit at most ${mostAtOnce} at a time`);
  }
  // Together: what they ask of the ledger travels in few statements.
  const requests = await Promise.all(
    items.map((item) => requestOf(context, 'submit', item.kind, item.resourceId, item)),
  );
  const answers = await submit(requests);
  return Promise.all(
    answers.map(async (answer) =>
      answer.outcome === 'refused' ? refusedOf(answer) : withResult(context, answer),
    ),
  );
}

function checkItems(items: unknown): void {
  const hint = 'give a list of {kind, resourceId, ...options}';
  if (!Array.isArray(items)) throw invalid(`the submits are ${shown(items)}`, hint);
  const wrong = items.findIndex((item) => !isObject(item));
  if (wrong >= 0) throw invalid(`submit ${wrong} of the list is ${shown(items[wrong])}`, hint);
}

/** Whether the run that a submit was told of had ended in Temporal without a word, and is closed now. */
function createUnseenEnd({ ledger, temporal }: SubmitContext): (answer: LedgerAnswer) => Promise<boolean> {
  const check = temporal && createSilenceCheck({ ledger, temporal });
  return async ({ outcome, state, runId }) =>
    outcome === 'running' && state === 'running' && (await check?.(runId)) === true;
}

/**
 * Starts the workflows of what was just committed, and never fails: what it does not manage in one deadline, or while
 * Temporal was unreachable a moment ago, is left to the relay.
 */
function createStarter({ ledger, temporal }: SubmitContext): {
  readonly isAble: () => boolean;
  readonly all: (started: readonly LedgerAnswer[]) => Promise<void>;
} {
  let unreachableUntil = 0;
  const isAble = () => temporal !== undefined && performance.now() >= unreachableUntil;
  const all = async (started: readonly LedgerAnswer[]) => {
    if (temporal === undefined) return;
    const deadline = performance.now() + temporalDeadlineMs;
    const queue = [...started];
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (performance.now() > deadline || !isAble()) return;
        const dispatch = await ledger.getDispatch(next.runId).catch(() => null);
        if (dispatch === null) continue;
        const dispatched = await startDispatched(temporal, dispatch, ledger);
        await faultPoint('submit: after dispatch', dispatch.workflowId);
        if (dispatched === 'unreachable') unreachableUntil = performance.now() + temporalDeadlineMs;
      }
    };
    await Promise.all(Array.from({ length: Math.min(startsAtATime, started.length) }, lane));
  };
  return { isAble, all };
}

async function withResult({ ledger, call, kinds }: SubmitContext, answer: LedgerAnswer): Promise<Answer> {
  const analysis = workflowIdOf(answer);
  if (answer.outcome !== 'completed') return { ...answer, analysis };
  const result = await call(() => ledger.getResult(answer, answer.generation));
  return { ...answer, analysis, ...(result ? { result: resultFrom(kinds, answer, result) } : {}) };
}

function refusedOf(refusal: LedgerRefusal): Refused {
  const { kind, resourceId } = refusal;
  return { outcome: 'refused', kind, resourceId, error: fromRefusal(refusal) };
}
