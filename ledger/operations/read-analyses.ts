import { isRunId, parseWorkflowId } from '../../policy/ids.ts';
import { LedgerError } from '../errors.ts';
import type { AnalysisKey, AnalysisView, ListFilter } from '../ledger.ts';
import type { Queryable } from '../pool.ts';
import { type ResultRow, resultBody, resultColumns, resultView } from './read-result.ts';
import { type RunRow, runColumns, runView } from './read-runs.ts';

type AnalysisRow = RunRow &
  ResultRow & {
    readonly analysis_id: string;
    readonly policy: AnalysisView['policy'];
    readonly follow_up: boolean;
    readonly deleted: boolean;
  };

function selectAnalyses(from: string, body: string): string {
  return `select a.analysis_id, a.policy, o.deleted_at is not null as deleted,
    f.asked is not null as follow_up,
    ${runColumns}, ${resultColumns}, ${body}
  from ${from}
  join onceflow.resources o on o.resource_id = a.resource_id
  join onceflow.runs r on r.run_id = a.run_id
  left join onceflow.progress p on p.run_id = r.run_id
  left join lateral (
    select asked from onceflow.follow_ups u where u.kind = a.kind and u.resource_id = a.resource_id limit 1) f on true
  left join lateral (
    select * from onceflow.results t
     where t.kind = a.kind and t.resource_id = a.resource_id and t.incarnation = o.incarnation
       and o.deleted_at is null
     order by t.generation desc limit 1) s on true`;
}

export async function getAnalysis(
  sql: Queryable,
  ref: AnalysisKey | { workflowId: string } | { runId: string },
): Promise<AnalysisView | null> {
  const key = await keyOf(sql, ref);
  if (!key) return null;
  const { rows } = await sql.query<AnalysisRow>(
    `${selectAnalyses('onceflow.analyses a', resultBody)} where a.kind = $1 and a.resource_id = $2`,
    [key.kind, key.resourceId],
  );
  return rows[0] ? analysisView(rows[0]) : null;
}

async function keyOf(
  sql: Queryable,
  ref: AnalysisKey | { workflowId: string } | { runId: string },
): Promise<AnalysisKey | null> {
  if ('workflowId' in ref) return parseWorkflowId(ref.workflowId);
  if (!('runId' in ref)) return ref;
  if (!isRunId(ref.runId)) return null;
  const { rows } = await sql.query<{ kind: string; resourceId: string }>(
    'select kind, resource_id as "resourceId" from onceflow.runs where run_id = $1',
    [ref.runId],
  );
  return rows[0] ?? null;
}

const defaultLimit = 100;
const mostItems = 1_000;

/** Newest first submitted first. Results come without document and artefacts: `get` and `getResult` have those. */
export async function listAnalyses(
  sql: Queryable,
  filter: ListFilter,
): Promise<{ items: readonly AnalysisView[]; cursor: string | null }> {
  const limit = Math.min(mostItems, Math.max(1, Math.trunc(filter.limit ?? defaultLimit)));
  const { text, values } = listQuery(filter, limit + 1);
  const { rows } = await sql.query<AnalysisRow>(text, values);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const cursor = rows.length > limit && last ? encodeCursor(last.analysis_id) : null;
  return { items: shown.map(analysisView), cursor };
}

/** The page is cut before anything is joined to it, so that one index decides what is read. Exported for EXPLAIN. */
export function listQuery(filter: ListFilter, limit: number): { text: string; values: unknown[] } {
  const values: unknown[] = [limit];
  const conditions = ['run_id is not null'];
  const wanted = {
    kind: filter.kind,
    state: filter.state,
    owner: filter.owner,
    resource_id: filter.resourceId,
  };
  for (const [column, value] of Object.entries(wanted)) {
    if (value !== undefined) conditions.push(`${column} = $${values.push(value)}`);
  }
  if (filter.cursor !== undefined) {
    conditions.push(`analysis_id < $${values.push(decodeCursor(filter.cursor))}`);
  }
  const page = `(select * from onceflow.analyses where ${conditions.join(' and ')}
    order by analysis_id desc limit $1) a`;
  const noBody = `null as document, '[]'::json as artefacts`;
  return { text: `${selectAnalyses(page, noBody)} order by a.analysis_id desc`, values };
}

function encodeCursor(analysisId: string): string {
  return Buffer.from(`a${analysisId}`).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (/^a\d{1,18}$/.test(text)) return text.slice(1);
  const hint = 'Give back the cursor of the page before, unchanged, or none for the first page.';
  throw new LedgerError('INVALID_ARGUMENT', 'The cursor is not one of ours.', hint);
}

function analysisView(row: AnalysisRow): AnalysisView {
  const run = runView(row);
  const { kind, resourceId, workflowId, incarnation, state } = run;
  return {
    kind,
    resourceId,
    workflowId,
    incarnation,
    policy: row.policy,
    state,
    run,
    result: row.result_run_id === null ? null : resultView(row),
    followUp: row.follow_up,
    deleted: row.deleted,
  };
}
