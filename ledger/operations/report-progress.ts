import type { Queryable } from '../pool.ts';

export interface ReportedProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/**
 * The newest progress of a run, announced at most once a second: whatever comes sooner is dropped, but never the end of
 * a step. An older attempt does not overwrite a newer one's.
 */
export async function reportProgress(
  sql: Queryable,
  fence: number,
  progress: ReportedProgress,
): Promise<void> {
  const { step, done, total, unit } = progress;
  const fraction = total !== null && total > 0 ? Math.min(1, Math.max(0, done / total)) : null;
  await sql.query(
    `with written as (
       insert into onceflow.progress as p (run_id, fence, step, done, total, unit, fraction, step_started_at)
       select a.run_id, a.fence, $2, $3, $4, $5, $6, a.started_at
         from onceflow.step_attempts a
         join onceflow.step_instances i on i.run_id = a.run_id and i.step = a.step and i.instance = a.instance
              and i.fence = a.fence
        where a.fence = $1
       on conflict (run_id) do update
         set fence = excluded.fence, step = excluded.step, done = excluded.done, total = excluded.total,
             unit = excluded.unit, fraction = excluded.fraction, at = now(),
             step_started_at = case when p.step = excluded.step then p.step_started_at
                                    else excluded.step_started_at end,
             eta_ms = case when excluded.fraction > 0 then (1 - excluded.fraction) / excluded.fraction * 1000
               * extract(epoch from now() - case when p.step = excluded.step then p.step_started_at
                                                 else excluded.step_started_at end) end
         where p.at < now() - interval '1 second' or p.step <> excluded.step or excluded.fraction = 1
       returning run_id)
     select pg_notify('onceflow_run', json_build_object('w', r.workflow_id, 'r', r.run_id)::text)
       from written join onceflow.runs r using (run_id)`,
    [fence, step, done, total, unit, fraction],
  );
}
