import { mayAct, type Role } from './roles.ts';
import { type Basis, type Computation, type StaleReason, staleReasons } from './staleness.ts';
import { isOpen, type RunState } from './states.ts';

/**
 * Admission: one decision for every entry point (design: "Admission: one decision").
 * Values in, a decision out; the caller holds the analysis row's lock when it writes a start.
 *
 * - An open run is never doubled, whatever is asked.
 * - A no-repeat analysis with a standing result starts only with authority: `rerun` or `coalesce` by an operator with
 *   a reason, or `retry` of a rerun that had both.
 */
export type Policy = 'no-repeat' | 'allow-rerun';
export type OnDuplicate = 'return' | 'reject' | 'rerun' | 'coalesce';
export type Wish = 'submit' | 'retry' | 'rerun' | 'direct';
export type { Role, StaleReason };

export interface CurrentRun {
  readonly generation: number;
  readonly state: RunState;
  /** What the run was started with, to say when the caller asked for something else. */
  readonly paramsHash: string;
  readonly sourceHash: string;
  /** Pin that the caller who started it saw, or null. */
  readonly pin: string | null;
  readonly analyserVersion: number;
  /** An operator's rerun: `retry` of it inherits the authority and the reason. */
  readonly authorised: boolean;
  readonly reason: string | null;
}

/** With what it was computed from; the pin is null where no step took bytes. */
export interface StandingResult extends Basis {
  readonly generation: number;
}

/** Beside what is on record: versions and models that the asking process would compute with. */
export interface AdmissionFacts extends Computation {
  readonly policy: Policy;
  readonly resource: 'present' | 'deleted' | 'unknown';
  /** Newest run of the resource's current incarnation. */
  readonly current: CurrentRun | null;
  readonly standing: StandingResult | null;
}

export interface AdmissionWish {
  readonly wish: Wish;
  readonly onDuplicate?: OnDuplicate;
  readonly role: Role;
  readonly reason?: string;
  readonly paramsHash: string;
  readonly sourceHash: string;
  /** Pin of the bytes as the caller sees them now, when it can see them. */
  readonly observedPin: string | null;
}

export interface Authority {
  readonly authorised: boolean;
  readonly reason: string | null;
}

export type AdmissionDecision =
  | ({ readonly outcome: 'start'; readonly why: string } & Authority)
  | {
      readonly outcome: 'running';
      readonly generation: number;
      readonly why: string;
      readonly differs: readonly StaleReason[];
      /** A follow-up is to be recorded, with the authority given here. */
      readonly followUp: null | Authority;
    }
  | {
      readonly outcome: 'completed';
      readonly generation: number;
      readonly why: string;
      readonly stale: readonly StaleReason[];
    }
  | {
      readonly outcome: 'refused';
      readonly code: 'CONFLICT' | 'FORBIDDEN' | 'REASON_REQUIRED' | 'RESOURCE_DELETED' | 'RESOURCE_UNKNOWN';
      readonly generation: number | null;
      readonly why: string;
    };

type Refusal = Extract<AdmissionDecision, { outcome: 'refused' }>;
const none: Authority = { authorised: false, reason: null };

export function decideAdmission(facts: AdmissionFacts, wish: AdmissionWish): AdmissionDecision {
  const mode = wish.onDuplicate ?? (wish.wish === 'rerun' ? 'rerun' : undefined);
  const refusal = refuse(facts, wish, mode);
  if (refusal) return refusal;
  const { current, standing } = facts;
  const authority = authorityFor(facts, wish, mode);
  if (current && isOpen(current.state)) return decideOpen(current, facts, wish, mode, authority);
  if (!standing && current?.state !== 'completed') {
    const why = current ? `generation ${current.generation} ${current.state}` : 'not analysed before';
    return { outcome: 'start', ...authority, why };
  }
  return decideCompleted(facts, wish, mode, authority);
}

function decideOpen(
  current: CurrentRun,
  facts: AdmissionFacts,
  wish: AdmissionWish,
  mode: OnDuplicate | undefined,
  authority: Authority,
): AdmissionDecision {
  const { generation } = current;
  if (mode === 'reject') {
    return conflict(generation, `generation ${generation} is ${current.state}`);
  }
  const differs = staleReasons(current, asked(facts, wish));
  const followUp = mode === 'coalesce' ? authority : null;
  const why = `generation ${generation} is ${current.state}${followUp ? '; one follow-up runs after it' : ''}`;
  return { outcome: 'running', generation, why, differs, followUp };
}

function decideCompleted(
  facts: AdmissionFacts,
  wish: AdmissionWish,
  mode: OnDuplicate | undefined,
  authority: Authority,
): AdmissionDecision {
  const { current, standing, policy } = facts;
  const generation = standing?.generation ?? current?.generation ?? 0;
  if (mode === 'reject') return conflict(generation, `generation ${generation} has completed`);
  const authorised = policy === 'no-repeat' ? authority.authorised : mode !== 'return';
  if (authorised) {
    return { outcome: 'start', ...authority, why: startWhy(facts, generation, authority) };
  }
  const stale = standing ? staleReasons(standing, asked(facts, wish)) : [];
  return { outcome: 'completed', generation, why: completedWhy(facts, generation), stale };
}

function startWhy(facts: AdmissionFacts, generation: number, authority: Authority): string {
  if (facts.policy === 'allow-rerun') return `generation ${generation} completed; this kind may run again`;
  return `generation ${generation} completed; run again on purpose: ${authority.reason ?? 'no reason given'}`;
}

function completedWhy(facts: AdmissionFacts, generation: number): string {
  const rule =
    facts.policy === 'no-repeat' ? 'this kind is not repeated' : 'the caller asked for no second run';
  const rerun = facts.current;
  if (!rerun || rerun.state === 'completed') return `generation ${generation} completed; ${rule}`;
  return `generation ${generation} completed; rerun ${rerun.generation} ${rerun.state}, its result stands; ${rule}`;
}

/** Who may not ask at all, or not for this. Independent of the state, so that the same call is refused every time. */
function refuse(facts: AdmissionFacts, wish: AdmissionWish, mode: OnDuplicate | undefined): Refusal | null {
  if (!mayAct(wish.role, 'submitter')) {
    return refusal('FORBIDDEN', `a ${wish.role} may read, not submit`);
  }
  if (facts.resource === 'deleted') return refusal('RESOURCE_DELETED', 'the resource was deleted');
  if (facts.resource === 'unknown') return refusal('RESOURCE_UNKNOWN', 'no such resource');
  if (facts.policy === 'allow-rerun' || (mode !== 'rerun' && mode !== 'coalesce')) return null;
  if (!mayAct(wish.role, 'operator')) {
    return refusal('FORBIDDEN', `${mode} of a no-repeat kind needs the operator role, not ${wish.role}`);
  }
  return wish.reason ? null : refusal('REASON_REQUIRED', `${mode} of a no-repeat kind needs a reason`);
}

function authorityFor(facts: AdmissionFacts, wish: AdmissionWish, mode: OnDuplicate | undefined): Authority {
  const reason = wish.reason ?? null;
  if (facts.policy === 'allow-rerun') return { authorised: false, reason };
  if (mode === 'rerun' || mode === 'coalesce') return { authorised: true, reason };
  const { current } = facts;
  const inherits = wish.wish === 'retry' && mode === undefined && current?.authorised === true;
  const failed = current?.state === 'failed' || current?.state === 'cancelled';
  if (inherits && failed) return { authorised: true, reason: reason ?? current.reason };
  return { ...none, reason };
}

function asked({ analyserVersion, steps, models }: AdmissionFacts, wish: AdmissionWish): Basis {
  const { paramsHash, sourceHash, observedPin: pin } = wish;
  return { paramsHash, sourceHash, pin, analyserVersion, steps, models };
}

function conflict(generation: number, why: string): Refusal {
  return { outcome: 'refused', code: 'CONFLICT', generation, why };
}

function refusal(code: Refusal['code'], why: string): Refusal {
  return { outcome: 'refused', code, generation: null, why };
}

export type FollowUpDecision =
  | { readonly outcome: 'start'; readonly why: string }
  | { readonly outcome: 'answered'; readonly why: string };

/** The table again, when the run closes: what the follow-up was asked with decides, not who waits for it. */
export function decideFollowUp(
  facts: Pick<AdmissionFacts, 'policy' | 'resource' | 'standing'>,
  followUp: { readonly authorised: boolean },
): FollowUpDecision {
  if (facts.resource !== 'present') return { outcome: 'answered', why: 'the resource is gone' };
  if (facts.policy === 'allow-rerun') return { outcome: 'start', why: 'follow-up; this kind may run again' };
  if (followUp.authorised) return { outcome: 'start', why: 'follow-up asked for by an operator' };
  if (!facts.standing) return { outcome: 'start', why: 'follow-up; there is no result yet' };
  const why = `follow-up answered by the result of generation ${facts.standing.generation}`;
  return { outcome: 'answered', why };
}

export type ReusePolicy = 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY';

/** Temporal refuses a completed no-repeat run a second time, unless authorised, or completed in an older incarnation. */
export function reusePolicyOf(run: {
  readonly policy: Policy;
  readonly authorised: boolean;
  readonly incarnation: number;
}): ReusePolicy {
  const free = run.policy === 'allow-rerun' || run.authorised || run.incarnation > 1;
  return free ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY';
}
