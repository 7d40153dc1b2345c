import type { CloseVerdict, TemporalRun } from '../ledger.ts';
import type { LedgerPool } from '../pool.ts';
import { closeWhenQuiet, closing, ownRun } from './fail-run.ts';

/**
 * Ends a run as cancelled once no attempt of it is alive. Until then the run counts as cancel-requested, so that a
 * cancel that came from Temporal alone also stops the attempts and lets none begin.
 */
export async function closeCancelled(pool: LedgerPool, run: TemporalRun, why: string): Promise<CloseVerdict> {
  return closing(pool, run, async (tx) => {
    const own = await ownRun(tx, run);
    if (!own) return { verdict: 'not-ours' };
    if (own.state !== 'running') return { verdict: 'closed' };
    if (!own.cancelRequested) {
      await tx.query(
        `update onceflow.runs set cancel_requested_at = clock_timestamp(), cancel_told_at = now(), why = $2,
           changed_by = 'temporal' where run_id = $1`,
        [own.runId, why],
      );
    }
    return closeWhenQuiet(tx, own.runId, own.why && own.cancelRequested ? own.why : why);
  });
}
