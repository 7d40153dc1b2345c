import type { AdmissionDecision } from './admission.ts';
import { isOpen, type RunState } from './states.ts';

/**
 * The claim: what a Temporal run that says "I am this analysis" may do (design: section 5, the table of claim).
 * Checked against the model clause by clause; the words in brackets name the clause.
 *
 * - A registered run gets the same answer again, and so does one that was turned away [DIRREP]: its own cancellation is
 *   under way, and would end whatever it was given later.
 * - A run that opens a generation, or takes a place, must be open and current itself, and nobody may have registered
 *   since that was looked at [ZOMBIE, CAS].
 */
export interface GenerationFacts {
  readonly generation: number;
  readonly state: RunState;
  readonly cancelRequested: boolean;
  /** The Temporal run that owns it; null while pending. */
  readonly temporalRunId: string | null;
}

export interface ClaimFacts {
  readonly origin: 'dispatched' | 'direct' | 'reset';
  readonly temporalRunId: string;
  readonly resource: 'present' | 'deleted' | 'unknown';
  /** What this run was registered for; 'turned-away': it was refused for good. */
  readonly registered: GenerationFacts | 'turned-away' | null;
  /** Dispatched: the generation in its input. */
  readonly named: GenerationFacts | null;
  /** Newest generation of the current incarnation. */
  readonly newest: GenerationFacts | null;
  /** Newest number of all incarnations. */
  readonly newestGeneration: number;
  readonly registrations: number;
  readonly described?: { readonly registeredBefore: number; readonly openAndCurrent: boolean } | undefined;
  readonly otherRun?: { readonly temporalRunId: string; readonly open: boolean } | undefined;
  /** The incarnation that the run's kept steps are of; null: it kept none. */
  readonly keptIncarnation: number | null;
  readonly incarnation: number;
  /** The admission table's answer to wish `direct`. */
  readonly admission: AdmissionDecision;
}

export type ClaimDecision =
  | { readonly action: 'go-on'; readonly generation: number }
  | { readonly action: 'register'; readonly generation: number }
  | { readonly action: 'start-direct'; readonly why: string }
  | { readonly action: 'adopt' }
  | { readonly action: 'completed' | 'failed'; readonly generation: number }
  /** `close`: a generation that this run would have run and that nobody will: close it as cancelled. */
  | { readonly action: 'cancelled'; readonly why: string; readonly close: number | null }
  | { readonly action: 'turn-away'; readonly why: string }
  | { readonly action: 'refused'; readonly code: 'RESOURCE_UNKNOWN'; readonly why: string }
  | { readonly action: 'describe' }
  | { readonly action: 'describe-other'; readonly temporalRunId: string };

export function decideClaim(facts: ClaimFacts): ClaimDecision {
  if (facts.registered) return repeatAnswer(facts.registered, facts.temporalRunId);
  if (facts.resource === 'deleted') return resourceGone(facts);
  if (facts.resource === 'unknown') {
    return { action: 'refused', code: 'RESOURCE_UNKNOWN', why: 'no such resource' };
  }
  if (facts.origin === 'reset') return decideAdoption(facts);
  return facts.origin === 'direct' ? decideDirect(facts) : decideDispatched(facts);
}

function repeatAnswer(own: GenerationFacts | 'turned-away', temporalRunId: string): ClaimDecision {
  if (own === 'turned-away') return cancelled('this run was turned away before');
  const { generation, state } = own;
  if (own.temporalRunId !== temporalRunId) return cancelled(`another run took generation ${generation} over`);
  if (state === 'completed' || state === 'failed') return { action: state, generation };
  if (state !== 'running') return cancelled(`generation ${generation} is ${state}`);
  if (own.cancelRequested) return { ...cancelled('cancel requested'), close: generation };
  return { action: 'go-on', generation };
}

/** A start that names its generation hears the same for ever; others might find the resource put again. */
function resourceGone({ origin, named }: ClaimFacts): ClaimDecision {
  const why = 'the resource was deleted';
  if (origin !== 'dispatched') return { action: 'turn-away', why };
  return { ...cancelled(why), close: named?.state === 'pending' ? named.generation : null };
}

function decideDispatched(facts: ClaimFacts): ClaimDecision {
  const { named } = facts;
  if (!named) return cancelled('the ledger has no such generation');
  const { generation, state } = named;
  if (state === 'completed' || state === 'failed') return { action: state, generation };
  if (state === 'cancelled') return cancelled(`generation ${generation} was cancelled`);
  if (generation < facts.newestGeneration || named.cancelRequested) return endUnwanted(named, facts);
  return state === 'pending' ? { action: 'register', generation } : takePlace(named, facts);
}

/** Closed here if nobody else will: it is unclaimed, or dispatched again because its own run is gone. */
function endUnwanted(named: GenerationFacts, facts: ClaimFacts): ClaimDecision {
  const { generation, state } = named;
  const why = named.cancelRequested ? 'cancel requested' : `generation ${facts.newestGeneration} exists`;
  if (state === 'pending') return { ...cancelled(why), close: generation };
  const owner = named.temporalRunId ?? '';
  if (facts.otherRun?.temporalRunId !== owner) return { action: 'describe-other', temporalRunId: owner };
  return { ...cancelled(why), close: facts.otherRun.open ? null : generation };
}

function decideDirect(facts: ClaimFacts): ClaimDecision {
  const { newest, admission } = facts;
  if (newest && isOpen(newest.state)) {
    if (newest.cancelRequested) {
      return { action: 'turn-away', why: `generation ${newest.generation} is being cancelled` };
    }
    if (newest.state === 'running') return takePlace(newest, facts);
    return ifOpenAndCurrent(facts, { action: 'register', generation: newest.generation });
  }
  if (admission.outcome === 'completed') return { action: 'completed', generation: admission.generation };
  if (admission.outcome !== 'start') return { action: 'turn-away', why: admission.why };
  return ifOpenAndCurrent(facts, { action: 'start-direct', why: admission.why });
}

/** The generation runs under another Temporal run: only if that one is closed may this one take over. */
function takePlace(running: GenerationFacts, facts: ClaimFacts): ClaimDecision {
  const owner = running.temporalRunId ?? '';
  if (facts.otherRun?.temporalRunId !== owner) return { action: 'describe-other', temporalRunId: owner };
  if (facts.otherRun.open) return cancelled(`generation ${running.generation} is running`);
  return ifOpenAndCurrent(facts, { action: 'register', generation: running.generation });
}

/** Adoption, also of a run whose first activity is not the claim (a reset to a later point). */
function decideAdoption(facts: ClaimFacts): ClaimDecision {
  const kept = facts.keptIncarnation;
  const next = ifOpenAndCurrent(facts, { action: 'adopt' });
  if (next.action !== 'adopt' || kept === null || kept === facts.incarnation) return next;
  return { action: 'turn-away', why: 'the reset kept steps of a resource that was deleted since' };
}

function ifOpenAndCurrent(facts: ClaimFacts, decision: ClaimDecision): ClaimDecision {
  const { described } = facts;
  if (!described) return { action: 'describe' };
  if (!described.openAndCurrent) return cancelled('this run is not open and current');
  return described.registeredBefore === facts.registrations ? decision : { action: 'describe' };
}

function cancelled(why: string): { action: 'cancelled'; why: string; close: null } {
  return { action: 'cancelled', why, close: null };
}
