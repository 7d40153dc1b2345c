import type { Actor, AnalysisKey } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/**
 * Who asked for a reset, and why. Temporal makes the run and tells nobody, so whoever asked says it here; the run that
 * came of it, if a worker has taken it up already, carries both from then on.
 */
export async function noteReset(
  sql: Queryable,
  key: AnalysisKey,
  temporalRunId: string,
  by: Actor,
  reason: string | null,
): Promise<void> {
  await sql.query(
    `with adopted as (
       update onceflow.runs set requested_by = $4, reason = coalesce($5, reason)
        where kind = $1 and resource_id = $2 and temporal_run_id = $3 and trigger = 'reset'
       returning run_id, generation)
     insert into onceflow.events (kind, resource_id, generation, run_id, type, actor, why)
     select $1, $2, (select generation from adopted), (select run_id from adopted), 'reset.requested', $4, $5`,
    [key.kind, key.resourceId, temporalRunId, by.actor, reason],
  );
}
