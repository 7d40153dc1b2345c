import type { SilentRun } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** Running runs that gave no sign of life: nothing claimed, begun, renewed or ended for this long. Oldest first. */
export async function silentRuns(
  sql: Queryable,
  olderThanMs: number,
  limit: number,
): Promise<readonly SilentRun[]> {
  const { rows } = await sql.query<SilentRun & { [column: string]: unknown }>(
    `select r.run_id as "runId", r.kind, r.resource_id as "resourceId", r.workflow_id as "workflowId", r.generation,
       r.temporal_run_id as "temporalRunId",
       (extract(epoch from clock_timestamp() - greatest(r.started_at, seen.at)) * 1000)::float8 as "silentMs"
       from onceflow.runs r
       left join lateral (select max(greatest(a.renewed_at, a.ended_at)) as at from onceflow.step_attempts a
                           where a.run_id = r.run_id) seen on true
      where r.state = 'running' and r.started_at < now() - $1 * interval '1 millisecond'
        and (seen.at is null or seen.at < now() - $1 * interval '1 millisecond')
        and not exists (select 1 from onceflow.dispatch d where d.run_id = r.run_id)
      order by r.started_at limit $2`,
    [olderThanMs, limit],
  );
  return rows;
}
