import { isRunId } from '../../policy/ids.ts';
import type { GpuSeconds } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/**
 * GPU-seconds of runs: what their attempts on the gpu queue used, and what they did not have to.
 *
 * - An attempt's time is from its beginning to its end; of one that died without a word, to its last sign of life.
 * - A submit saves the run's own use if it was answered with the run while that was going on, or, of a no-repeat kind,
 *   with its result. Many that asked for a follow-up together got one run: one of them saved nothing.
 */
export async function gpuSeconds(sql: Queryable, runIds: readonly string[]): Promise<readonly GpuSeconds[]> {
  const { rows } = await sql.query<GpuSeconds & { [column: string]: unknown }>(
    `select coalesce(spent.seconds, 0)::float8 as used, coalesce(saved.seconds, 0)::float8 as "savedByMemory",
       coalesce(spent.seconds * greatest(coalesce(answered.calls, 0) - followed.runs, 0), 0)::float8 as "savedByDuplicates"
       from unnest($1::uuid[]) with ordinality as asked (run_id, position)
       join onceflow.runs r using (run_id)
       cross join lateral (
         select sum(extract(epoch from coalesce(a.ended_at,
             case when a.lease_until < now() then a.renewed_at else now() end) - a.started_at)) as seconds
           from onceflow.step_attempts a where a.run_id = r.run_id and a.queue = 'gpu') spent
       cross join lateral (
         select sum(extract(epoch from made.ended_at - made.started_at)) as seconds
           from onceflow.step_attempts a join onceflow.step_attempts made on made.fence = a.remembered_from
          where a.run_id = r.run_id and a.queue = 'gpu') saved
       cross join lateral (
         select sum(d.calls)::float8 as calls from (
             select kind, resource_id, generation, outcome, 1 as calls from onceflow.deduplicated_calls
             union all select kind, resource_id, generation, outcome, calls from onceflow.call_counts) d
          where spent.seconds > 0 and d.kind = r.kind and d.resource_id = r.resource_id and d.generation = r.generation
            and (d.outcome = 'running' or (d.outcome = 'completed' and r.policy = 'no-repeat'))) answered
       cross join lateral (
         select count(*) as runs from onceflow.runs n
          where n.kind = r.kind and n.resource_id = r.resource_id and n.generation = r.generation + 1
            and n.trigger = 'coalesced') followed
      order by asked.position`,
    [runIds.filter(isRunId)],
  );
  return rows;
}
