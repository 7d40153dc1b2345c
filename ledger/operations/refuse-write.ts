import type { Queryable } from '../pool.ts';

/** Counts a refused write of an attempt and says so in the audit trail. Never part of the write's own transaction. */
export async function refuseAttemptWrite(
  sql: Queryable,
  fence: number,
  what: string,
  why: string,
): Promise<void> {
  await sql.query(
    `with run as (
       select a.temporal_run_id, r.run_id, r.kind, r.resource_id, r.generation
         from onceflow.step_attempts a join onceflow.runs r on r.run_id = a.run_id where a.fence = $1),
     told as (
       insert into onceflow.events (kind, resource_id, generation, run_id, type, actor, why)
       select kind, resource_id, generation, run_id, 'write.refused', 'ledger', $2 || ' of fence ' || $1 || ': ' || $3
         from run)
     insert into onceflow.refused_writes (kind, resource_id, run_id, temporal_run_id, fence, what, why)
     select kind, resource_id, run_id, temporal_run_id, $1, $2, $3
       from (values (1)) as always left join run on true`,
    [fence, what, why],
  );
}

export interface RefusedRunWrite {
  readonly kind: string;
  readonly resourceId: string;
  readonly temporalRunId: string;
  readonly fence: number | null;
  readonly what: string;
  readonly why: string;
}

/** Counts a refused write of a whole run (commit). */
export async function refuseRunWrite(sql: Queryable, refused: RefusedRunWrite): Promise<void> {
  await sql.query(
    `with run as (
       select t.run_id, r.generation from (values (1)) as always
         left join onceflow.temporal_runs t on t.temporal_run_id = $3
         left join onceflow.runs r on r.run_id = t.run_id),
     told as (
       insert into onceflow.events (kind, resource_id, generation, run_id, type, actor, why)
       select $1, $2, generation, run_id, 'write.refused', 'ledger', $5 || ': ' || $6 from run)
     insert into onceflow.refused_writes (kind, resource_id, run_id, temporal_run_id, fence, what, why)
     select $1, $2, run_id, $3, $4, $5, $6 from run`,
    [refused.kind, refused.resourceId, refused.temporalRunId, refused.fence, refused.what, refused.why],
  );
}
