import type { TemporalRun } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** The Temporal run becomes the owner of this generation; closes the dispatch row. The analysis row is locked. */
export async function registerRun(tx: Queryable, run: TemporalRun, runId: string): Promise<void> {
  await tx.query(
    `with owned as (
       update onceflow.runs
          set state = 'running', temporal_run_id = $2, changed_by = 'claim', started_at = coalesce(started_at, now()),
              why = case when temporal_run_id is null then why else 'taken over from run ' || temporal_run_id end
        where run_id = $1 returning kind, resource_id, run_id, generation),
     counted as (
       update onceflow.analyses a set registrations = registrations + 1 from owned o
        where a.kind = o.kind and a.resource_id = o.resource_id),
     told as (
       insert into onceflow.events (kind, resource_id, generation, run_id, type, actor, why)
       select kind, resource_id, generation, run_id, 'run.registered', 'claim', 'run ' || $2
         from owned),
     undispatched as (delete from onceflow.dispatch where run_id = $1)
     insert into onceflow.temporal_runs (temporal_run_id, workflow_id, run_id) values ($2, $3, $1)`,
    [runId, run.temporalRunId, run.workflowId],
  );
}

/** Remembers that this Temporal run was turned away for good, so that it hears the same whenever it asks. */
export async function turnRunAway(tx: Queryable, run: TemporalRun, why: string): Promise<void> {
  await tx.query(
    `insert into onceflow.temporal_runs (temporal_run_id, workflow_id, why) values ($1, $2, $3)
     on conflict (temporal_run_id) do nothing`,
    [run.temporalRunId, run.workflowId, why],
  );
}
