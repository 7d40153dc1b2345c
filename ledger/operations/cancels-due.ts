import type { Queryable } from '../pool.ts';

export interface CancelDue {
  workflowId: string;
  temporalRunId: string;
  runId: string;
}

/** Temporal is told again every 5 s until the run has ended. */
const toldAgainMs = 5_000;

export async function cancelsDue(sql: Queryable, limit: number): Promise<readonly CancelDue[]> {
  const { rows } = await sql.query<CancelDue & { [column: string]: unknown }>(
    `with due as (
       select run_id from onceflow.runs
        where state = 'running' and cancel_requested_at is not null
          and (cancel_told_at is null or cancel_told_at < now() - $2 * interval '1 millisecond')
        order by cancel_requested_at limit $1 for no key update skip locked)
     update onceflow.runs r set cancel_told_at = now() from due where r.run_id = due.run_id
     returning r.workflow_id as "workflowId", r.temporal_run_id as "temporalRunId", r.run_id as "runId"`,
    [limit, toldAgainMs],
  );
  return rows;
}
