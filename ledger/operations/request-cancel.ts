import type { Actor, AnalysisKey } from '../ledger.ts';
import { closeRun } from '../lifecycle/close-run.ts';
import { lockAnalysis } from '../lifecycle/lock-analysis.ts';
import type { LedgerPool } from '../pool.ts';

/** An unclaimed run closes at once; a running one is asked to stop. Answers the newest run's id; null: none was ever. */
export async function requestCancel(
  pool: LedgerPool,
  key: AnalysisKey,
  by: Actor,
  reason: string | null,
): Promise<string | null> {
  return pool.transaction(async (tx) => {
    if (!(await lockAnalysis(tx, key))) return null;
    const { rows } = await tx.query<{ run_id: string; state: string }>(
      `select r.run_id, r.state from onceflow.analyses a join onceflow.runs r on r.run_id = a.run_id
        where a.kind = $1 and a.resource_id = $2`,
      [key.kind, key.resourceId],
    );
    const newest = rows[0];
    if (!newest) return null;
    const why = reason ? `cancelled: ${reason}` : 'cancelled';
    if (newest.state === 'pending') {
      await closeRun(tx, newest.run_id, { state: 'cancelled', why, by: by.actor });
    } else if (newest.state === 'running') {
      await tx.query(
        `update onceflow.runs set cancel_requested_at = clock_timestamp(), changed_by = $2, why = $3
          where run_id = $1 and cancel_requested_at is null`,
        [newest.run_id, by.actor, why],
      );
    }
    return newest.run_id;
  });
}
