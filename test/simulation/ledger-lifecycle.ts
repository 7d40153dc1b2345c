import { decideFollowUp, reusePolicyOf } from '../../policy/admission.ts';
import type { Trigger } from '../../policy/states.ts';
import { type LedgerState, openRuns, type RunRow, standingResult } from './ledger-state.ts';

/** ledger/lifecycle/, in memory: how a generation opens, gets its owner, closes, and is superseded. */
export interface Opening {
  readonly trigger: Trigger;
  readonly authorised: boolean;
  readonly reason: string | null;
  readonly paramsHash: string;
  /** False: the Temporal run is already there (direct, reset). */
  readonly dispatched: boolean;
}

export function openGeneration(state: LedgerState, opening: Opening): RunRow {
  const { dispatched, ...asked } = opening;
  state.generation += 1;
  const run: RunRow = {
    ...asked,
    runId: `run-${state.generation}`,
    generation: state.generation,
    incarnation: state.incarnation,
    sourceHash: state.sourceHash,
    state: 'pending',
    cancelRequested: false,
    temporalRunId: null,
    redispatches: 0,
    fence: 0,
  };
  state.watch.opened(run);
  state.runs.set(run.generation, run);
  if (dispatched) dispatchRun(state, run);
  return run;
}

export function dispatchRun(state: LedgerState, { generation, authorised, incarnation }: RunRow): void {
  const known = !state.without.has('FAILEDONLY') && authorised;
  state.dispatch.set(generation, reusePolicyOf({ policy: state.policy, authorised: known, incarnation }));
}

export function registerRun(state: LedgerState, run: RunRow, temporalRunId: string): void {
  run.state = 'running';
  run.temporalRunId = temporalRunId;
  state.registrations += 1;
  state.registered.set(temporalRunId, run.generation);
  state.dispatch.delete(run.generation);
  state.watch.registered(run, temporalRunId);
}

type How = 'itself' | 'reset' | 'reconciler';

/** Answers whether a follow-up started. */
export function closeRun(
  state: LedgerState,
  run: RunRow,
  to: 'completed' | 'failed' | 'cancelled',
  how: How,
) {
  run.state = to;
  if (!state.without.has('DISP')) state.dispatch.delete(run.generation);
  if (to === 'failed' && state.without.has('FORGET')) state.results = [];
  state.watch.closed(run, how);
  return run.generation === state.generation && convertFollowUp(state);
}

function convertFollowUp(state: LedgerState): boolean {
  const { followUp } = state;
  if (!followUp) return false;
  state.followUp = null;
  const gone = state.deleted || followUp.incarnation !== state.incarnation;
  const standing = standingResult(state);
  const decision = decideFollowUp(
    {
      policy: state.policy,
      resource: gone && !state.without.has('FUDEL') ? 'deleted' : 'present',
      standing: standing && { ...standing, sourceHash: '', analyserVersion: 1, pin: null },
    },
    followUp,
  );
  if (decision.outcome === 'answered' && !state.without.has('FU')) return false;
  state.watch.converted(followUp);
  const { authorised, reason } = followUp;
  openGeneration(state, { trigger: 'coalesced', authorised, reason, paramsHash: '', dispatched: true });
  return true;
}

/** Authority adds up; there is one, however many ask. */
export function leaveFollowUp(
  state: LedgerState,
  asked: { authorised: boolean; reason: string | null },
): void {
  const { incarnation } = state.followUp ?? state;
  state.followUp = {
    incarnation,
    authorised: asked.authorised || (state.followUp?.authorised ?? false),
    reason: asked.reason ?? state.followUp?.reason ?? null,
  };
}

/** A reset's run becomes a new generation; what was open closes, and what nobody had claimed leaves a follow-up. */
export function adoptReset(state: LedgerState, temporalRunId: string): RunRow {
  const superseded = openRuns(state);
  const adopted = openGeneration(state, {
    trigger: 'reset',
    authorised: state.policy === 'no-repeat',
    reason: 'reset in Temporal',
    paramsHash: '',
    dispatched: false,
  });
  for (const run of superseded) {
    const unclaimed = run.state === 'pending';
    closeRun(state, run, 'cancelled', 'reset');
    if (!unclaimed) continue;
    leaveFollowUp(state, run);
    if (state.without.has('DEMOTE')) state.runs.delete(run.generation);
  }
  registerRun(state, adopted, temporalRunId);
  return adopted;
}

/** Closes as cancelled once no attempt of the run is alive or leased; else says how many are. */
export function closeIfQuiet(state: LedgerState, run: RunRow, how: How = 'itself'): number {
  const alive = [...state.attempts.values()].filter(
    (attempt) => attempt.generation === run.generation && attempt.state === 'running' && attempt.leased,
  ).length;
  if (alive > 0 && !state.without.has('NOPROOF')) return alive;
  closeRun(state, run, 'cancelled', how);
  return 0;
}
