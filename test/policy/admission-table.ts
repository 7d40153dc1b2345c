import type { AdmissionFacts, AdmissionWish, CurrentRun, StandingResult } from '../../policy/admission.ts';
import type { RunState } from '../../policy/states.ts';

/**
 * The admission table, written out as data and independently of policy/admission.ts: the same rows that people read in
 * the design, one per (what the ledger shows) x (what the caller wants). Tests of every entry point walk through it.
 */
export type LedgerShows =
  | 'nothing'
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'failed rerun'
  | 'cancelled rerun';

/** `plain`: submit, retry or a direct start without onDuplicate. */
export type Asks = 'plain' | 'return' | 'reject' | 'rerun' | 'coalesce';
/** `run`/`result`: the answer names it. `+1`: a follow-up is recorded. */
export type Expected = 'start' | 'run' | 'run +1' | 'result' | 'conflict';

type Row = Readonly<Record<LedgerShows, Expected>>;

const open = { pending: 'run', running: 'run' } as const;
const never = { nothing: 'start', failed: 'start', cancelled: 'start' } as const;
const onceOnly: Row = {
  ...never,
  ...open,
  completed: 'result',
  'failed rerun': 'result',
  'cancelled rerun': 'result',
};
const againFreely: Row = {
  ...never,
  ...open,
  completed: 'start',
  'failed rerun': 'start',
  'cancelled rerun': 'start',
};
const rejected: Row = {
  ...never,
  pending: 'conflict',
  running: 'conflict',
  completed: 'conflict',
  'failed rerun': 'conflict',
  'cancelled rerun': 'conflict',
};
const coalesced: Row = { ...againFreely, pending: 'run +1', running: 'run +1' };

/** The caller has what the wish needs (operator and a reason, where the kind is no-repeat). */
export const admissionTable: Readonly<Record<'no-repeat' | 'allow-rerun', Readonly<Record<Asks, Row>>>> = {
  'no-repeat': {
    plain: onceOnly,
    return: onceOnly,
    reject: rejected,
    rerun: againFreely,
    coalesce: coalesced,
  },
  'allow-rerun': {
    plain: againFreely,
    return: onceOnly,
    reject: rejected,
    rerun: againFreely,
    coalesce: coalesced,
  },
};

export const shows = Object.keys(onceOnly) as LedgerShows[];
export const asks = Object.keys(admissionTable['no-repeat']) as Asks[];

const made = { paramsHash: 'p', sourceHash: 's', analyserVersion: 1, pin: null };

export function factsShowing(shown: LedgerShows, policy: AdmissionFacts['policy']): AdmissionFacts {
  const rerun = shown.endsWith('rerun');
  const state = shown.replace(' rerun', '') as RunState;
  const standing: StandingResult | null = rerun || shown === 'completed' ? { ...made, generation: 1 } : null;
  const current: CurrentRun | null =
    shown === 'nothing'
      ? null
      : { ...made, generation: rerun ? 2 : 1, state, authorised: false, reason: null };
  return { policy, resource: 'present', current, standing, analyserVersion: 1 };
}

/** The same wish in the two spellings that callers have for a rerun. */
export function wishesOf(asked: Asks): readonly AdmissionWish[] {
  const caller = {
    role: 'operator',
    reason: 'why',
    paramsHash: 'p',
    sourceHash: 's',
    observedPin: null,
  } as const;
  if (asked === 'plain') {
    return (['submit', 'retry', 'direct'] as const).map((wish) => ({ ...caller, wish }));
  }
  const explicit: AdmissionWish = { ...caller, wish: 'submit', onDuplicate: asked };
  return asked === 'rerun' ? [explicit, { ...caller, wish: 'rerun' }] : [explicit];
}
