import type { AnalysisKey, DuplicateView, EventView, StepView } from '../ledger.ts';
import { isRunId } from '../../policy/ids.ts';
import type { Queryable } from '../pool.ts';
import { originOf } from './attempt-output.ts';

type Row<View> = View & { [column: string]: unknown };

const defaultLimit = 200;

/** Every attempt of a run, oldest first. */
export async function listSteps(sql: Queryable, runId: string): Promise<readonly StepView[]> {
  if (!isRunId(runId)) return [];
  const { rows } = await sql.query<Row<StepView>>(
    `select step, instance, fence::float8 as fence, state, attempts, worker, remembered, started_at as "startedAt",
       ended_at as "endedAt", failure, ${originOf('a')} as "rememberedFrom"
       from onceflow.step_attempts a where run_id = $1 order by fence`,
    [runId],
  );
  return rows;
}

/** The audit trail of an analysis, newest first. */
export async function listEvents(
  sql: Queryable,
  key: AnalysisKey,
  limit?: number,
): Promise<readonly EventView[]> {
  const { rows } = await sql.query<Row<EventView>>(
    `select at, type, generation, from_state as "from", to_state as "to", actor, why from onceflow.events
      where kind = $1 and resource_id = $2 order by event_id desc limit $3`,
    [key.kind, key.resourceId, limit ?? defaultLimit],
  );
  return rows;
}

/** Calls that started nothing, newest first: why did mine not run. */
export async function listDuplicates(
  sql: Queryable,
  key: AnalysisKey,
  limit?: number,
): Promise<readonly DuplicateView[]> {
  const { rows } = await sql.query<Row<DuplicateView>>(
    `select at, requested_by as "requestedBy", outcome, generation, why from onceflow.deduplicated_calls
      where kind = $1 and resource_id = $2 order by call_id desc limit $3`,
    [key.kind, key.resourceId, limit ?? defaultLimit],
  );
  return rows;
}

export interface RefusedWriteView {
  what: string;
  why: string;
  fence: number | null;
  at: Date;
}

export async function listRefusedWrites(
  sql: Queryable,
  key: AnalysisKey,
): Promise<readonly RefusedWriteView[]> {
  const { rows } = await sql.query<Row<RefusedWriteView>>(
    `select what, why, fence::float8 as fence, at from onceflow.refused_writes
      where kind = $1 and resource_id = $2 order by refused_id desc limit $3`,
    [key.kind, key.resourceId, defaultLimit],
  );
  return rows;
}
