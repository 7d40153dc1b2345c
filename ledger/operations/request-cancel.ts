import type { Actor, AnalysisKey } from '../ledger.ts';
import { closeRun } from '../lifecycle/close-run.ts';
import { lockAnalysis } from '../lifecycle/lock-analysis.ts';
import type { LedgerPool } from '../pool.ts';

/**
 * An unclaimed run closes at once; a running one is asked to stop. Whoever names the generation means that one alone: a
 * newer one, opened since the caller looked or by an earlier try of this very call, goes on. Answers the id of the run
 * that is meant; null: none was ever.
 */
export async function requestCancel(
  pool: LedgerPool,
  key: AnalysisKey,
  by: Actor,
  reason: string | null,
  generation: number | undefined,
): Promise<string | null> {
  return pool.transaction(async (tx) => {
    if (!(await lockAnalysis(tx, key))) return null;
    const { rows } = await tx.query<{ run_id: string; state: string; newest: boolean }>(
      `select r.run_id, r.state, r.run_id = a.run_id as newest from onceflow.analyses a
         join onceflow.runs r using (kind, resource_id)
        where a.kind = $1 and a.resource_id = $2 and r.generation = coalesce($3, a.generation)`,
      [key.kind, key.resourceId, generation ?? null],
    );
    const run = rows[0];
    if (!run) return null;
    if (!run.newest) return run.run_id;
    const why = reason ? `cancelled: ${reason}` : 'cancelled';
    if (run.state === 'pending') {
      await closeRun(tx, run.run_id, { state: 'cancelled', why, by: by.actor });
    } else if (run.state === 'running') {
      await tx.query(
        `update onceflow.runs set cancel_requested_at = clock_timestamp(), changed_by = $2, why = $3
          where run_id = $1 and cancel_requested_at is null`,
        [run.run_id, by.actor, why],
      );
    }
    return run.run_id;
  });
}
