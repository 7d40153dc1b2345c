import { isRunId } from '../../policy/ids.ts';
import type { AnalysisKey, RunView } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

/** Columns of a RunView, of the runs row `r` and its progress `p`; timestamps stay Dates. */
export const runColumns = `r.run_id, r.kind, r.resource_id, r.workflow_id, r.temporal_run_id, r.generation, r.incarnation,
  r.state, r.trigger, r.params, r.requested_by, r.reason, r.cancel_requested_at is not null as cancel_requested, r.created_at,
  r.started_at, r.ended_at, r.why, r.failure, p.step as progress_step, p.fraction, p.done, p.total, p.unit, p.eta_ms,
  p.at as progress_at`;

export interface RunRow {
  readonly run_id: string;
  readonly kind: string;
  readonly resource_id: string;
  readonly workflow_id: string;
  readonly temporal_run_id: string | null;
  readonly generation: number;
  readonly incarnation: number;
  readonly state: RunView['state'];
  readonly trigger: RunView['trigger'];
  readonly params: RunView['params'];
  readonly requested_by: string;
  readonly reason: string | null;
  readonly cancel_requested: boolean;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly why: string | null;
  readonly failure: RunView['failure'];
  readonly progress_step: string | null;
  readonly fraction: number | null;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly eta_ms: number | null;
  readonly progress_at: Date;
  readonly [column: string]: unknown;
}

/**
 * `waiting` is null here: which queues a run waits for is known where kinds are known (see `queues`). `gpuSeconds` is
 * null because it is counted apart.
 */
export function runView(row: RunRow): RunView {
  const { kind, generation, incarnation, state, trigger, params, reason, why, failure } = row;
  const { fraction, done, total, unit } = row;
  return {
    kind,
    resourceId: row.resource_id,
    runId: row.run_id,
    workflowId: row.workflow_id,
    temporalRunId: row.temporal_run_id,
    generation,
    incarnation,
    state,
    trigger,
    params,
    requestedBy: row.requested_by,
    reason,
    cancelRequested: row.cancel_requested,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    why,
    failure,
    progress:
      row.progress_step === null
        ? null
        : { step: row.progress_step, fraction, done, total, unit, etaMs: row.eta_ms, at: row.progress_at },
    waiting: null,
    gpuSeconds: null,
  };
}

export async function getRun(
  sql: Queryable,
  ref: { runId: string } | { key: AnalysisKey; generation: number },
): Promise<RunView | null> {
  if ('runId' in ref && !isRunId(ref.runId)) return null;
  const { where, values }: { where: string; values: unknown[] } =
    'runId' in ref
      ? { where: 'r.run_id = $1', values: [ref.runId] }
      : {
          where: 'r.kind = $1 and r.resource_id = $2 and r.generation = $3',
          values: [ref.key.kind, ref.key.resourceId, ref.generation],
        };
  const { rows } = await sql.query<RunRow>(
    `select ${runColumns} from onceflow.runs r left join onceflow.progress p using (run_id) where ${where}`,
    values,
  );
  return rows[0] ? runView(rows[0]) : null;
}

/** Newest generation first. */
export async function listRuns(sql: Queryable, key: AnalysisKey): Promise<readonly RunView[]> {
  const { rows } = await sql.query<RunRow>(
    `select ${runColumns} from onceflow.runs r left join onceflow.progress p using (run_id)
      where r.kind = $1 and r.resource_id = $2 order by r.generation desc`,
    [key.kind, key.resourceId],
  );
  return rows.map(runView);
}
