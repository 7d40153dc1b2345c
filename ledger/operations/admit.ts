import {
  type AdmissionDecision,
  type AdmissionFacts,
  type CurrentRun,
  decideAdmission,
  type StandingResult,
} from '../../policy/admission.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import type { RunState } from '../../policy/states.ts';
import type { LedgerError } from '../errors.ts';
import { hashOf } from '../hashes.ts';
import type { Answer, LedgerRefusal, MadeWith, SubmitRequest } from '../ledger.ts';
import type { AdmissionRow } from './admission-facts.ts';
import { checkRequest } from './check-request.ts';

/** A request with what is computed of it once. */
export interface Asked {
  readonly request: SubmitRequest;
  readonly paramsHash: string;
  /** Null: the request brings no source, the resource's own counts. */
  readonly sourceHash: string | null;
  readonly requestHash: string | null;
}

export type Judgement =
  | { readonly kind: 'answer'; readonly answer: Answer | LedgerRefusal; readonly replayed: boolean }
  /** Something is to be written, under the analysis row's lock. */
  | {
      readonly kind: 'write';
      readonly decision: Extract<AdmissionDecision, { outcome: 'start' | 'running' }>;
    };

/** Throws INVALID_ARGUMENT. */
export function askedOf(request: SubmitRequest): Asked {
  checkRequest(request);
  const { kind, resourceId, wish, params, source, onDuplicate, reason, fromScratch } = request;
  const identity = { kind, resourceId, wish, params, source, onDuplicate, reason, fromScratch };
  let requestHash: string | null | undefined;
  return {
    request,
    paramsHash: hashOf(params),
    sourceHash: source ? hashOf(source) : null,
    // Most calls are duplicates whose key nobody knows: theirs is never asked for.
    get requestHash() {
      requestHash ??= request.idempotencyKey === undefined ? null : hashOf(identity);
      return requestHash;
    },
  };
}

/** Whether the request's source takes the place of what the resource has: having no bytes is no reason to lose some. */
export function putsOver(asked: Asked, row: AdmissionRow): boolean {
  if (asked.sourceHash === null) return false;
  if (row.incarnation === null || row.deleted) return true;
  return asked.request.source?.type !== 'none' && row.sourceHash !== asked.sourceHash;
}

/** What the ledger shows, turned into an answer or into something to write. Pure. */
export function judge(asked: Asked, row: AdmissionRow): Judgement {
  const repeated = replay(asked, row);
  if (repeated) return repeated;
  const { request } = asked;
  const decision = decideAdmission(factsOf(asked, row), {
    wish: request.wish,
    role: request.requestedBy.role,
    paramsHash: asked.paramsHash,
    sourceHash: (putsOver(asked, row) ? asked.sourceHash : row.sourceHash) ?? '',
    observedPin: request.observedPin,
    ...(request.onDuplicate === undefined ? {} : { onDuplicate: request.onDuplicate }),
    ...(request.reason === undefined ? {} : { reason: request.reason }),
  });
  if (decision.outcome === 'start') return { kind: 'write', decision };
  if (decision.outcome === 'running' && decision.followUp) return { kind: 'write', decision };
  if (decision.outcome !== 'refused') {
    return { kind: 'answer', answer: answerOf(request, row, decision), replayed: false };
  }
  const { code, why, generation } = decision;
  const message = `${workflowIdOf(request)}: ${why}.`;
  return { kind: 'answer', answer: refusalOf(request, code, message, generation), replayed: false };
}

export function answerOf(
  request: SubmitRequest,
  row: AdmissionRow,
  decision: Extract<AdmissionDecision, { outcome: 'running' | 'completed' }>,
): Answer {
  const completed = decision.outcome === 'completed';
  const changed = completed ? { stale: decision.stale } : { differs: decision.differs };
  const listed = completed ? decision.stale : decision.differs;
  return {
    kind: request.kind,
    resourceId: request.resourceId,
    outcome: decision.outcome,
    generation: decision.generation,
    runId: (completed ? row.standingRunId : null) ?? row.runId ?? '',
    workflowId: workflowIdOf(request),
    incarnation: row.incarnation ?? 1,
    state: completed ? 'completed' : (row.state as RunState),
    why: decision.why,
    ...(listed.length > 0 ? changed : {}),
  };
}

/** The answer to one request of many, whose own error stops none of the others. */
export function refusedBy({ request }: Asked, { code, message, hint }: LedgerError): LedgerRefusal {
  const { kind, resourceId } = request;
  return { kind, resourceId, outcome: 'refused', code, message, hint, generation: null };
}

function refusalOf(
  request: SubmitRequest,
  code: string,
  message: string,
  generation: number | null,
): LedgerRefusal {
  const { kind, resourceId } = request;
  return { kind, resourceId, outcome: 'refused', code, message, hint: hints[code] ?? '', generation };
}

const hints: Readonly<Record<string, string>> = {
  CONFLICT: 'Wait for that run, read its result, or ask with another onDuplicate.',
  FORBIDDEN: 'Ask somebody with the role, or connect with it.',
  REASON_REQUIRED: 'Say why in `reason` (--reason): it is kept with the run.',
  RESOURCE_DELETED: 'Put the resource again, or submit with a source.',
  RESOURCE_UNKNOWN: 'Put the resource first, or submit with a source.',
  IDEMPOTENCY_KEY_REUSED: 'Use a new idempotency key for a new request.',
};

/** The first answer again; never that of a resource that was deleted since. */
function replay(asked: Asked, row: AdmissionRow): Judgement | null {
  if (row.keyRequestHash === null || row.keyAnswer === null) return null;
  const { request } = asked;
  const answer = (code: string, message: string): Judgement => ({
    kind: 'answer',
    answer: refusalOf(request, code, message, null),
    replayed: true,
  });
  if (row.keyRequestHash !== asked.requestHash) {
    return answer('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another request.');
  }
  if (row.deleted || row.incarnation !== row.keyIncarnation) {
    return answer('RESOURCE_DELETED', `${request.resourceId} was deleted after this request was answered.`);
  }
  return { kind: 'answer', answer: JSON.parse(row.keyAnswer) as Answer, replayed: true };
}

/** A request that brings a source puts the resource, also one that is unknown or was deleted. */
function factsOf(asked: Asked, row: AdmissionRow): AdmissionFacts {
  const { policy, analyserVersion, computedWith } = asked.request;
  const computation = { analyserVersion, ...computedWith };
  const absent = row.incarnation === null ? 'unknown' : row.deleted ? 'deleted' : null;
  if (absent !== null) {
    const resource = asked.sourceHash === null ? absent : 'present';
    return { policy, resource, current: null, standing: null, ...computation };
  }
  return { policy, resource: 'present', current: currentOf(row), standing: standingOf(row), ...computation };
}

function currentOf(row: AdmissionRow): CurrentRun | null {
  if (row.generation === null) return null;
  return {
    generation: row.generation,
    state: row.state as RunState,
    paramsHash: row.paramsHash as string,
    sourceHash: row.runSourceHash as string,
    pin: row.observedPin,
    analyserVersion: row.analyserVersion as number,
    authorised: row.authorised as boolean,
    reason: row.reason,
  };
}

function standingOf(row: AdmissionRow): StandingResult | null {
  if (row.standingGeneration === null) return null;
  return {
    generation: row.standingGeneration,
    paramsHash: row.standingParamsHash as string,
    sourceHash: row.standingSourceHash as string,
    analyserVersion: row.standingAnalyserVersion as number,
    pin: row.standingPin,
    ...(row.standingMadeWith === null ? {} : (JSON.parse(row.standingMadeWith) as MadeWith)),
  };
}
