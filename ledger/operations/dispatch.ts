import type { Dispatch } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

const columns = `r.run_id as "runId", r.kind, r.resource_id as "resourceId", r.workflow_id as "workflowId", r.generation,
  r.policy, d.reuse_policy as "reusePolicy", r.trigger, r.owner, r.priority, d.attempts`;

type DispatchRow = Dispatch & { [column: string]: unknown };

/** Due rows, oldest first; each is leased, so that another relay does not start it at the same moment. */
export async function takeDispatches(
  sql: Queryable,
  limit: number,
  leaseMs: number,
): Promise<readonly Dispatch[]> {
  const { rows } = await sql.query<DispatchRow>(
    `with due as (
       select run_id from onceflow.dispatch where due_at <= now() order by due_at limit $1 for update skip locked)
     update onceflow.dispatch d
        set due_at = now() + $2 * interval '1 millisecond', attempts = d.attempts + 1
       from due join onceflow.runs r using (run_id)
      where d.run_id = due.run_id
      returning ${columns}`,
    [limit, leaseMs],
  );
  return rows;
}

/** Null: the row is closed, because the run was claimed, ended or superseded. */
export async function getDispatch(sql: Queryable, runId: string): Promise<Dispatch | null> {
  const { rows } = await sql.query<DispatchRow>(
    `select ${columns} from onceflow.dispatch d join onceflow.runs r using (run_id) where d.run_id = $1`,
    [runId],
  );
  return rows[0] ?? null;
}

/** Not started now (Temporal away, or another run of this workflow ID is open): due again after `delayMs`. */
export async function postponeDispatch(
  sql: Queryable,
  runId: string,
  delayMs: number,
  error: string,
): Promise<void> {
  await sql.query(
    `update onceflow.dispatch set due_at = now() + $2 * interval '1 millisecond', last_error = $3 where run_id = $1`,
    [runId, delayMs, error],
  );
}
