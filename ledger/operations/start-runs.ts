import { reusePolicyOf } from '../../policy/admission.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import type { Trigger } from '../../policy/states.ts';
import { KeyTakenError } from '../errors.ts';
import type { Answer, LedgerRefusal } from '../ledger.ts';
import { type NewGeneration, openGenerations } from '../lifecycle/open-generation.ts';
import type { Queryable } from '../pool.ts';
import { type AdmissionRow, admissionFacts } from './admission-facts.ts';
import { type Asked, answerOf, judge } from './admit.ts';
import { askFollowUps } from './ask-follow-ups.ts';
import { holdResources, putSources } from './hold-resources.ts';
import { keepCalls } from './keep-calls.ts';

/**
 * Decides again under the locks, and writes what is to be written: resource, run, dispatch row, event, idempotency key.
 * Locks in sorted order, resources before analyses; each analysis at most once in `asked`. Answers in the order given.
 */
export async function startRuns(
  tx: Queryable,
  asked: readonly Asked[],
): Promise<readonly (Answer | LedgerRefusal)[]> {
  const ordered = [...asked].sort((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1));
  await lockAnalyses(tx, await holdResources(tx, ordered));
  const facts = await admissionFacts(tx, ordered);
  const answers = new Map<Asked, Answer | LedgerRefusal>();
  const starts: Start[] = [];
  const followUps: { asked: Asked; incarnation: number; authorised: boolean; reason: string | null }[] = [];
  ordered.forEach((one, index) => {
    const row = facts[index] as AdmissionRow;
    const judgement = judge(one, row);
    if (judgement.kind === 'answer') answers.set(one, judgement.answer);
    else if (judgement.decision.outcome === 'start') starts.push({ asked: one, row, ...judgement.decision });
    else {
      const authority = judgement.decision.followUp ?? { authorised: false, reason: null };
      followUps.push({ asked: one, incarnation: row.incarnation ?? 1, ...authority });
      answers.set(one, answerOf(one.request, row, judgement.decision));
    }
  });
  for (const [one, answer] of await open(tx, starts)) answers.set(one, answer);
  await askFollowUps(tx, followUps);
  await remember(tx, ordered, answers);
  return asked.map((one) => answers.get(one) as Answer | LedgerRefusal);
}

interface Start {
  readonly asked: Asked;
  readonly row: AdmissionRow;
  readonly authorised: boolean;
  readonly reason: string | null;
  readonly why: string;
}

async function open(tx: Queryable, starts: readonly Start[]): Promise<readonly [Asked, Answer][]> {
  if (starts.length === 0) return [];
  const incarnations = await putSources(tx, starts);
  const generations = starts.map((start, index) => generationOf(start, incarnations[index] as number));
  const runIds = await openGenerations(tx, generations);
  return starts.map((start, index) => {
    const { kind, resourceId, generation, why } = generations[index] as NewGeneration;
    const runId = runIds[index] as string;
    const workflowId = workflowIdOf({ kind, resourceId });
    const incarnation = incarnations[index] as number;
    const key = { kind, resourceId, workflowId, incarnation };
    return [start.asked, { ...key, outcome: 'started', generation, runId, state: 'pending', why }];
  });
}

function generationOf(start: Start, incarnation: number): NewGeneration {
  const { request } = start.asked;
  const { kind, resourceId, policy, analyserVersion, params, fromScratch, priority } = request;
  const { authorised } = start;
  return {
    kind,
    resourceId,
    generation: (start.row.newestGeneration ?? 0) + 1,
    trigger: triggerOf(request.wish, request.onDuplicate),
    policy,
    analyserVersion,
    params,
    paramsHash: start.asked.paramsHash,
    pin: request.observedPin,
    authorised,
    reason: start.reason,
    fromScratch,
    priority,
    requestedBy: request.requestedBy.actor,
    why: start.why,
    reusePolicy: reusePolicyOf({ policy, authorised, incarnation }),
    dueInMs: request.startsWithinMs ?? 0,
  };
}

function triggerOf(wish: string, onDuplicate: string | undefined): Trigger {
  if (wish === 'retry' || wish === 'rerun' || wish === 'direct') return wish;
  return onDuplicate === 'rerun' ? 'rerun' : 'submit';
}

function orderOf(asked: Asked): string {
  return `${asked.request.resourceId}\u0000${asked.request.kind}`;
}

async function lockAnalyses(tx: Queryable, asked: readonly Asked[]): Promise<void> {
  if (asked.length === 0) return;
  await tx.query(
    `select 1 from onceflow.analyses a
      where (a.kind, a.resource_id) in (select * from unnest($1::text[], $2::text[]))
      order by a.resource_id, a.kind for no key update`,
    [asked.map((one) => one.request.kind), asked.map((one) => one.request.resourceId)],
  );
}

/** Starts keep their idempotency keys, and calls that turned out to be duplicates are logged, in the same transaction. */
async function remember(
  tx: Queryable,
  asked: readonly Asked[],
  answers: ReadonlyMap<Asked, Answer | LedgerRefusal>,
): Promise<void> {
  const calls = asked.map((one) => ({
    asked: one,
    answer: answers.get(one) as Answer | LedgerRefusal,
    locked: true,
  }));
  const kept = await keepCalls(tx, calls);
  if (!kept.every(Boolean)) throw new KeyTakenError();
}
