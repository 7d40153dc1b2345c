import type { SilentRun } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** Running runs that gave no sign of life: nothing claimed, begun, renewed or ended for this long ($1, milliseconds). */
const silent = `select r.run_id as "runId", r.kind, r.resource_id as "resourceId", r.workflow_id as "workflowId",
       r.generation, r.temporal_run_id as "temporalRunId", r.started_at::text as "startedAt",
       (extract(epoch from clock_timestamp() - greatest(r.started_at, seen.at)) * 1000)::float8 as "silentMs"
       from onceflow.runs r
       left join lateral (select max(greatest(a.renewed_at, a.ended_at)) as at from onceflow.step_attempts a
                           where a.run_id = r.run_id) seen on true
      where r.state = 'running' and r.started_at < now() - $1 * interval '1 millisecond'
        and (seen.at is null or seen.at < now() - $1 * interval '1 millisecond')
        and not exists (select 1 from onceflow.dispatch d where d.run_id = r.run_id)`;

type SilentRow = SilentRun & { [column: string]: unknown };

const beforeAny = { startedAt: '-infinity', runId: '00000000-0000-0000-0000-000000000000' };

/** One page, oldest first: those that come after `after`, by when they were claimed. */
export async function silentRuns(
  sql: Queryable,
  olderThanMs: number,
  limit: number,
  after: Pick<SilentRun, 'startedAt' | 'runId'> = beforeAny,
): Promise<readonly SilentRun[]> {
  const { rows } = await sql.query<SilentRow>(
    `${silent} and (r.started_at, r.run_id) > ($3::timestamptz, $4::uuid)
      order by r.started_at, r.run_id limit $2`,
    [olderThanMs, limit, after.startedAt, after.runId],
  );
  return rows;
}

/** Null: the run is not running, or was heard of. */
export async function silentRun(
  sql: Queryable,
  olderThanMs: number,
  runId: string,
): Promise<SilentRun | null> {
  const { rows } = await sql.query<SilentRow>(`${silent} and r.run_id = $2`, [olderThanMs, runId]);
  return rows[0] ?? null;
}
