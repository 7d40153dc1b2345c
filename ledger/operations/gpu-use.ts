import type { GpuUse } from '../ledger.ts';
import { isRunId } from '../../policy/ids.ts';
import type { Queryable } from '../pool.ts';

type Row = { [Key in 'used' | 'remembered' | 'duplicates']: number };

/**
 * What a run took of the gpu queue, by the workers that its attempts ran on, and what it was spared: a remembered step the
 * time that the attempt took which it was taken from, a duplicate the time that the whole run took.
 */
export async function gpuUse(sql: Queryable, runId: string): Promise<GpuUse> {
  if (!isRunId(runId)) return useOf({ used: 0, remembered: 0, duplicates: 0 });
  const { rows } = await sql.query<Row>(
    `with attempts as (
       select a.remembered, coalesce(a.ended_at, clock_timestamp()) - a.started_at as took,
              source.ended_at - source.started_at as spared
         from onceflow.step_attempts a join onceflow.workers w on w.worker_id = a.worker and w.queue = 'gpu'
         left join onceflow.step_memory m on a.remembered and m.memory_key = a.memory_key
         left join onceflow.step_attempts source on source.fence = m.fence
        where a.run_id = $1)
     select coalesce(1000 * extract(epoch from sum(took) filter (where not remembered)), 0)::float8 as used,
            coalesce(1000 * extract(epoch from sum(spared)), 0)::float8 as remembered,
            (select count(*) from onceflow.deduplicated_calls d join onceflow.runs r using (kind, resource_id, generation)
              where r.run_id = $1)::float8 as duplicates
       from attempts`,
    [runId],
  );
  return useOf(rows[0] as Row);
}

function useOf({ used, remembered, duplicates }: Row): GpuUse {
  const usedMs = Math.round(used);
  return {
    usedMs,
    savedByMemoryMs: Math.round(remembered),
    duplicates,
    savedByDuplicatesMs: duplicates * usedMs,
  };
}
