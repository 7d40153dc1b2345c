import type { CloseVerdict, TemporalRun } from '../../ledger/ledger.ts';
import { redispatchesAllowed } from '../../policy/retry.ts';
import { closeIfQuiet, closeRun, dispatchRun } from './ledger-lifecycle.ts';
import { type LedgerState, openRuns, ownRow, type RunRow } from './ledger-state.ts';

/** The operations that end runs: failure, cancel, deletion, and outcomes taken over from Temporal. */
export function failRun(state: LedgerState, run: TemporalRun): CloseVerdict {
  const own = ownRow(state, run.temporalRunId);
  if (!own) return { verdict: 'not-ours' };
  if (own.state !== 'running') return { verdict: 'closed' };
  if (own.cancelRequested) return whenQuiet(state, own);
  closeRun(state, own, 'failed', 'itself');
  return { verdict: 'closed' };
}

export function closeCancelled(state: LedgerState, run: TemporalRun): CloseVerdict {
  const own = ownRow(state, run.temporalRunId);
  if (!own) return { verdict: 'not-ours' };
  if (own.state !== 'running') return { verdict: 'closed' };
  own.cancelRequested = true;
  return whenQuiet(state, own);
}

function whenQuiet(state: LedgerState, run: RunRow): CloseVerdict {
  const attempts = closeIfQuiet(state, run);
  return attempts === 0 ? { verdict: 'closed' } : { verdict: 'still-alive', attempts };
}

/** What Temporal says of a running row's own run [RECID]; a row that moved on stays as it is. */
export function takeOver(
  state: LedgerState,
  generation: number,
  temporalRunId: string,
  outcome: 'failed' | 'cancelled' | 'unknown',
): 'closed' | 'dispatched' | 'nothing' {
  const run = state.runs.get(generation);
  if (run?.state !== 'running' || run.temporalRunId !== temporalRunId) return 'nothing';
  const unwanted = run.cancelRequested || generation !== state.generation;
  const to = outcome === 'unknown' ? (unwanted ? 'cancelled' : null) : outcome;
  if (to === null && state.dispatch.has(generation)) return 'nothing';
  if (to === null && run.redispatches < redispatchesAllowed) {
    run.redispatches += 1;
    dispatchRun(state, run);
    return 'dispatched';
  }
  if (to === 'cancelled') return closeIfQuiet(state, run, 'reconciler') === 0 ? 'closed' : 'nothing';
  closeRun(state, run, 'failed', 'reconciler');
  return 'closed';
}

export function requestCancel(state: LedgerState): void {
  const newest = state.runs.get(state.generation);
  if (newest?.state === 'pending') closeRun(state, newest, 'cancelled', 'itself');
  else if (newest?.state === 'running') newest.cancelRequested = true;
}

/** The trigger on DELETE: a tombstone; pending runs close, running ones are asked to stop, the follow-up is dropped. */
export function deleteResource(state: LedgerState): void {
  if (state.deleted) return;
  state.deleted = true;
  if (!state.without.has('FUDEL')) state.followUp = null;
  for (const run of openRuns(state)) {
    if (run.state === 'running') run.cancelRequested = true;
    else {
      run.state = 'cancelled';
      state.watch.closed(run, 'itself');
    }
    if (!state.without.has('DISP')) state.dispatch.delete(run.generation);
  }
}

export function putResource(state: LedgerState, sourceHash: string): void {
  state.sourceHash = sourceHash;
  if (!state.deleted) return;
  state.deleted = false;
  state.incarnation += 1;
  if (state.without.has('RENUMBER')) state.generation = 0;
}
