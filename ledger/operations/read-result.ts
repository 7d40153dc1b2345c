import type { StaleReason } from '../../policy/admission.ts';
import type { AnalysisKey, ArtefactRow, Json, MadeWith, ResultView } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

export interface ResultRow {
  readonly result_run_id: string;
  readonly result_generation: number;
  readonly schema: string;
  readonly status: 'complete' | 'partial';
  readonly document: Json;
  readonly artefacts: readonly ArtefactRow[];
  readonly committed_at: Date;
  readonly result_version: number;
  readonly result_pin: string | null;
  readonly made_with: MadeWith | null;
  readonly source_changed: boolean;
  readonly params_changed: boolean;
  readonly analyser_changed: boolean;
}

/** Columns of the results row `s`, seen from its analysis `a`, resource `o` and newest run `r`. */
export const resultColumns = `s.run_id as result_run_id, s.generation as result_generation, s.schema, s.status,
  s.committed_at, s.analyser_version as result_version, s.pin as result_pin,
  s.made_with, s.source_hash <> o.source_hash as source_changed,
  r.params_hash <> s.params_hash and r.incarnation = s.incarnation as params_changed, s.analyser_version <> a.analyser_version as analyser_changed`;

/** The artefacts of every attempt that went into the result; those of late or failed attempts are never seen. */
export const resultBody = `s.document,
  coalesce((select json_agg(json_build_object('name', f.name, 'mediaType', f.media_type, 'bytes', f.bytes,
      'sha256', f.sha256, 'path', f.path) order by f.fence, f.name)
     from onceflow.result_parts part join onceflow.artefacts f using (fence)
    where part.kind = s.kind and part.resource_id = s.resource_id and part.generation = s.generation), '[]') as artefacts`;

export function resultView(row: ResultRow): ResultView {
  const stale: StaleReason[] = [];
  if (row.source_changed) stale.push('content changed');
  if (row.params_changed) stale.push('params changed');
  if (row.analyser_changed) stale.push('analyser changed');
  const { schema, status, document, artefacts } = row;
  return {
    runId: row.result_run_id,
    generation: row.result_generation,
    schema,
    status,
    document,
    artefacts,
    committedAt: row.committed_at,
    analyserVersion: row.result_version,
    pin: row.result_pin,
    madeWith: row.made_with,
    stale,
  };
}

export interface ResultAsked extends AnalysisKey {
  /** Null: the standing result. */
  readonly generation: number | null;
}

/** Standing results, or those of one generation each, in the order asked; null after the resource was deleted. */
export async function getResults(
  sql: Queryable,
  asked: readonly ResultAsked[],
): Promise<readonly (ResultView | null)[]> {
  const { rows } = await sql.query<ResultRow & { readonly position: number; [column: string]: unknown }>(
    `select asked.position::int as position, ${resultColumns}, ${resultBody}
       from unnest($1::text[], $2::text[], $3::int[]) with ordinality
            as asked (kind, resource_id, generation, position)
       join onceflow.analyses a on a.kind = asked.kind and a.resource_id = asked.resource_id
       join onceflow.resources o on o.resource_id = a.resource_id and o.deleted_at is null
       join onceflow.runs r on r.run_id = a.run_id
       join lateral (
         select * from onceflow.results t
          where t.kind = a.kind and t.resource_id = a.resource_id and t.incarnation = o.incarnation
            and (asked.generation is null or t.generation = asked.generation)
          order by t.generation desc limit 1) s on true`,
    [asked.map((one) => one.kind), asked.map((one) => one.resourceId), asked.map((one) => one.generation)],
  );
  const found = new Map(rows.map((row) => [row.position, resultView(row)]));
  return asked.map((_, index) => found.get(index + 1) ?? null);
}
