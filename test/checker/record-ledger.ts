import type { HistoryLine } from './history.ts';

/** Past the ledger, as somebody with psql would. */
export type Sql = (text: string, values?: unknown[]) => Promise<readonly Record<string, unknown>[]>;

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const key = (alias: string) => `${alias}.kind, ${alias}.resource_id as "resourceId"`;

/** `xmin` of the audit trail's rows is never changed: their transaction is the one that wrote them. */
const queries = {
  run: `select ${key('r')}, r.run_id as "runId", r.generation, r.incarnation, r.state, r.trigger, r.policy,
      r.authorised, ${ms('r.created_at')} as "createdAt" from onceflow.runs r`,
  event: `select ${key('e')}, e.event_id::float8 as "eventId", ${ms('e.at')} as at, e.type, e.generation,
      e.run_id as "runId", e.from_state as "from", e.to_state as "to",
      case when current_setting('track_commit_timestamp') = 'on'
           then ${ms('pg_xact_commit_timestamp(e.xmin)')} end as "committedAt" from onceflow.events e`,
  attempt: `select ${key('r')}, a.fence::float8 as fence, a.run_id as "runId", a.step, a.instance,
      a.temporal_run_id as "temporalRunId", a.state, ${ms('a.started_at')} as "startedAt", ${ms('a.ended_at')} as "endedAt"
      from onceflow.step_attempts a join onceflow.runs r using (run_id)`,
  commit: `select ${key('s')}, s.generation, s.incarnation, s.run_id as "runId", s.fence::float8 as fence,
      ${ms('s.committed_at')} as at from onceflow.results s`,
  refused: `select ${key('w')}, ${ms('w.at')} as at, w.what, w.why, w.fence::float8 as fence
      from onceflow.refused_writes w where w.kind is not null`,
  registration: `select split_part(t.workflow_id, ':', 1) as kind, split_part(t.workflow_id, ':', 2) as "resourceId",
      t.registration::float8 as number, t.temporal_run_id as "temporalRunId", t.run_id as "runId", ${ms('t.at')} as at
      from onceflow.temporal_runs t`,
} as const;

/** What the ledger's own tables say, when all is over. */
export async function ledgerLines(sql: Sql): Promise<readonly HistoryLine[]> {
  const lines: HistoryLine[] = [];
  for (const [line, query] of Object.entries(queries)) {
    for (const row of await sql(query)) lines.push({ line, ...row } as unknown as HistoryLine);
  }
  return lines;
}
