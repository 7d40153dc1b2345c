import type { Policy, ReusePolicy } from '../../policy/admission.ts';
import { isOpen, type RunState, type Trigger } from '../../policy/states.ts';
import type { Without } from './clauses.ts';

/** The ledger's rows for one analysis, in memory. Mutable on purpose: it stands for Postgres. */
export interface RunRow {
  readonly runId: string;
  readonly generation: number;
  readonly incarnation: number;
  readonly trigger: Trigger;
  readonly authorised: boolean;
  readonly reason: string | null;
  readonly paramsHash: string;
  readonly sourceHash: string;
  state: RunState;
  cancelRequested: boolean;
  temporalRunId: string | null;
  redispatches: number;
  /** Newest attempt of the one step. */
  fence: number;
}

export interface AttemptRow {
  readonly fence: number;
  readonly generation: number;
  readonly temporalRunId: string;
  state: 'running' | 'finished' | 'failed' | 'ended';
  /** False once its lease has run out: the host is dead, or hangs. */
  leased: boolean;
}

export interface FollowUpRow {
  readonly incarnation: number;
  authorised: boolean;
  reason: string | null;
}

export interface KeyRow {
  readonly requestHash: string;
  readonly incarnation: number;
  readonly answer: string;
}

export interface LedgerState {
  readonly kind: string;
  readonly resourceId: string;
  readonly policy: Policy;
  readonly without: Without;
  readonly watch: Watch;
  incarnation: number;
  deleted: boolean;
  sourceHash: string;
  /** Newest number of all incarnations. */
  generation: number;
  registrations: number;
  readonly runs: Map<number, RunRow>;
  results: { readonly generation: number; readonly incarnation: number; readonly paramsHash: string }[];
  /** Which generation a Temporal run was registered for. */
  readonly registered: Map<string, number | 'turned-away'>;
  readonly dispatch: Map<number, ReusePolicy>;
  followUp: FollowUpRow | null;
  readonly attempts: Map<number, AttemptRow>;
  readonly keys: Map<string, KeyRow>;
  readonly spent: Map<number, { retryableFailures: number; childDeaths: number }>;
}

/** What happens in the ledger, told to whoever checks the promises. */
export interface Watch {
  opened(run: RunRow): void;
  registered(run: RunRow, temporalRunId: string): void;
  /** An attempt took its fence: computation starts here. */
  began(run: RunRow, attempt: AttemptRow): void;
  committed(run: RunRow, by: { temporalRunId: string; keptIncarnation: number; fence: number }): void;
  closed(run: RunRow, how: 'itself' | 'reset' | 'reconciler'): void;
  converted(followUp: FollowUpRow): void;
}

export function emptyLedger(
  what: Pick<LedgerState, 'kind' | 'resourceId' | 'policy' | 'without' | 'watch'>,
): LedgerState {
  return {
    ...what,
    incarnation: 1,
    deleted: false,
    sourceHash: '',
    generation: 0,
    registrations: 0,
    runs: new Map(),
    results: [],
    registered: new Map(),
    dispatch: new Map(),
    followUp: null,
    attempts: new Map(),
    keys: new Map(),
    spent: new Map(),
  };
}

export function openRuns(state: LedgerState): readonly RunRow[] {
  return [...state.runs.values()].filter((run) => isOpen(run.state));
}

/** Newest run, as admission and claim see it: of the current incarnation only [OLDRUN]. */
export function newestRun(state: LedgerState): RunRow | null {
  const newest = state.runs.get(state.generation);
  if (!newest) return null;
  return newest.incarnation === state.incarnation || state.without.has('OLDRUN') ? newest : null;
}

/** Newest result of the current incarnation. */
export function standingResult(state: LedgerState) {
  return state.results.findLast((result) => result.incarnation === state.incarnation) ?? null;
}

export function rowOf(state: LedgerState, generation: number): RunRow {
  const run = state.runs.get(generation);
  if (!run) throw new Error(`generation ${generation} vanished`);
  return run;
}

/** The row that this Temporal run owns; null: it was never registered, or another took it over. */
export function ownRow(state: LedgerState, temporalRunId: string): RunRow | null {
  const number = state.registered.get(temporalRunId);
  const run = typeof number === 'number' ? state.runs.get(number) : undefined;
  return run && (run.temporalRunId === temporalRunId || state.without.has('NORUNID')) ? run : null;
}
