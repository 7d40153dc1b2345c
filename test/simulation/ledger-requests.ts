import { decideAdmission } from '../../policy/admission.ts';
import type { ClaimFacts } from '../../policy/claim.ts';
import { hashOf } from '../../ledger/hashes.ts';
import type { Answer, ClaimRequest, LedgerRefusal, SubmitRequest } from '../../ledger/ledger.ts';
import type { AdmissionRow } from '../../ledger/operations/admission-facts.ts';
import { type Asked, answerOf, askedOf, judge } from '../../ledger/operations/admit.ts';
import { leaveFollowUp, openGeneration } from './ledger-lifecycle.ts';
import { type LedgerState, newestRun, type RunRow, standingResult } from './ledger-state.ts';

/** What the operations read (admission-facts.ts, claim-facts.ts), from the rows in memory; and submit on top of it. */
function admissionRow(state: LedgerState, asked: Asked): AdmissionRow {
  const newest = newestRun(state);
  const standing = standingResult(state);
  const key = state.keys.get(asked.request.idempotencyKey ?? '');
  const forgetful = state.without.has('IDEM');
  return {
    incarnation: state.incarnation,
    deleted: state.deleted && !(forgetful && key !== undefined),
    sourceHash: state.sourceHash,
    newestGeneration: state.generation,
    runId: newest?.runId ?? null,
    generation: newest?.generation ?? null,
    state: newest?.state ?? null,
    paramsHash: newest?.paramsHash ?? null,
    runSourceHash: newest?.sourceHash ?? null,
    observedPin: null,
    analyserVersion: newest && 1,
    authorised: newest?.authorised ?? null,
    reason: newest?.reason ?? null,
    standingRunId: standing && `run-${standing.generation}`,
    standingGeneration: standing?.generation ?? null,
    standingParamsHash: standing?.paramsHash ?? null,
    standingSourceHash: standing && state.sourceHash,
    standingAnalyserVersion: standing && 1,
    standingPin: null,
    standingMadeWith: null,
    keyRequestHash: key?.requestHash ?? null,
    keyIncarnation: key ? (forgetful ? state.incarnation : key.incarnation) : null,
    keyAnswer: key?.answer ?? null,
  };
}

export function submitTo(state: LedgerState, request: SubmitRequest): Answer | LedgerRefusal {
  const asked = askedOf(request);
  const row = admissionRow(state, asked);
  const judgement = judge(asked, row);
  if (judgement.kind === 'answer') {
    if (!judgement.replayed) keepAnswer(state, asked, judgement.answer);
    return judgement.answer;
  }
  const { decision } = judgement;
  const answer =
    decision.outcome === 'start' ? start(state, asked, decision) : answerOf(request, row, decision);
  if (decision.outcome === 'running' && decision.followUp) leaveFollowUp(state, decision.followUp);
  keepAnswer(state, asked, answer);
  return answer;
}

function start(
  state: LedgerState,
  asked: Asked,
  decision: { readonly authorised: boolean; readonly reason: string | null; readonly why: string },
): Answer {
  const { kind, resourceId, wish, onDuplicate } = asked.request;
  const { authorised, reason, why } = decision;
  const trigger = wish !== 'submit' ? wish : onDuplicate === 'rerun' ? 'rerun' : 'submit';
  const { paramsHash } = asked;
  const run = openGeneration(state, { trigger, authorised, reason, paramsHash, dispatched: true });
  const { generation, runId, incarnation } = run;
  const key = { kind, resourceId, workflowId: `${kind}:${resourceId}`, incarnation };
  return { ...key, outcome: 'started', generation, runId, state: 'pending', why };
}

function keepAnswer(state: LedgerState, asked: Asked, answer: Answer | LedgerRefusal): void {
  const { idempotencyKey } = asked.request;
  if (answer.outcome === 'refused' || asked.requestHash === null || idempotencyKey === undefined) return;
  if (state.without.has('NOKEY') || state.keys.has(idempotencyKey)) return;
  const { requestHash } = asked;
  const { incarnation } = answer;
  state.keys.set(idempotencyKey, { requestHash, incarnation, answer: JSON.stringify(answer) });
}

type AskingRequest = Pick<ClaimRequest, 'run' | 'generation' | 'described' | 'otherRun'> & {
  readonly keptIncarnation: number | null;
};

/** The facts of a Temporal run that asks. Clauses are taken away here, by what the decision is shown. */
export function claimFacts(state: LedgerState, request: AskingRequest): ClaimFacts {
  const { run, generation, otherRun } = request;
  const { without, registrations } = state;
  const direct = generation === undefined ? 'direct' : 'dispatched';
  const origin = run.fromReset ? 'reset' : direct;
  const number = state.registered.get(run.temporalRunId);
  const row = typeof number === 'number' ? (state.runs.get(number) ?? null) : null;
  const own = row && without.has('NORUNID') ? { ...row, temporalRunId: run.temporalRunId } : row;
  const turnedAway = number === 'turned-away' ? number : own;
  const unlooked = origin === 'reset' ? without.has('NODESC') : without.has('ZOMBIE');
  const named = generation === undefined ? null : (state.runs.get(generation) ?? null);
  const described = without.has('CAS') && request.described;
  return {
    origin,
    temporalRunId: run.temporalRunId,
    resource: state.deleted ? 'deleted' : 'present',
    registered: origin === 'direct' && without.has('DIRREP') ? null : turnedAway,
    named: named && without.has('CLOSEDRUNS') ? reopened(state, named) : named,
    newest: newestRun(state),
    newestGeneration: state.generation,
    registrations,
    described: unlooked
      ? { registeredBefore: registrations, openAndCurrent: true }
      : described
        ? { ...described, registeredBefore: registrations }
        : request.described,
    otherRun,
    keptIncarnation: without.has('RINC') ? null : request.keptIncarnation,
    incarnation: state.incarnation,
    admission: directAdmission(state),
  };
}

function reopened(state: LedgerState, named: RunRow): RunRow {
  const again = named.state === 'completed' && named.generation === state.generation;
  return again ? { ...named, state: 'pending', temporalRunId: null } : named;
}

function directAdmission(state: LedgerState): ClaimFacts['admission'] {
  const { policy, sourceHash, deleted } = state;
  const newest = newestRun(state);
  const standing = standingResult(state);
  const basis = { sourceHash, analyserVersion: 1, pin: null };
  return decideAdmission(
    {
      policy,
      resource: deleted ? 'deleted' : 'present',
      current: newest && { ...newest, ...basis },
      standing: standing && { ...standing, ...basis },
      analyserVersion: 1,
    },
    { wish: 'direct', role: 'operator', paramsHash: hashOf({}), sourceHash, observedPin: null },
  );
}
