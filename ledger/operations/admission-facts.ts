import { isPinned } from '../lifecycle/is-pinned.ts';
import type { Queryable } from '../pool.ts';
import type { Asked } from './admit.ts';

/** What admission needs to know, as the row of one read. Null: there is none of that. */
export interface AdmissionRow {
  readonly incarnation: number | null;
  readonly deleted: boolean;
  readonly sourceHash: string | null;
  /** Newest number of all incarnations. */
  readonly newestGeneration: number | null;
  readonly runId: string | null;
  readonly generation: number | null;
  readonly state: string | null;
  readonly paramsHash: string | null;
  readonly runSourceHash: string | null;
  readonly observedPin: string | null;
  readonly analyserVersion: number | null;
  readonly authorised: boolean | null;
  readonly reason: string | null;
  readonly standingRunId: string | null;
  readonly standingGeneration: number | null;
  readonly standingParamsHash: string | null;
  readonly standingSourceHash: string | null;
  readonly standingAnalyserVersion: number | null;
  readonly standingPin: string | null;
  /** JSON. */
  readonly standingMadeWith: string | null;
  readonly keyRequestHash: string | null;
  readonly keyIncarnation: number | null;
  readonly keyAnswer: string | null;
}

// An open run reads what the resource has by now, until it has pinned its bytes.
// Run and result are those of the current incarnation only. Every value is a scalar: a caller's own connection
// (submitInTransaction) may parse json and bigint its own way.
const sql = `select r.incarnation, r.deleted_at is not null as deleted, r.source_hash as "sourceHash",
    a.generation as "newestGeneration",
    n.run_id as "runId", n.generation, n.state, n.params_hash as "paramsHash",
    case when reads.other then r.source_hash else n.source_hash end as "runSourceHash",
    case when reads.other then null else n.observed_pin end as "observedPin", n.analyser_version as "analyserVersion", n.authorised, n.reason,
    s.run_id as "standingRunId", s.generation as "standingGeneration", s.params_hash as "standingParamsHash",
    s.source_hash as "standingSourceHash", s.analyser_version as "standingAnalyserVersion", s.pin as "standingPin",
    s.made_with::text as "standingMadeWith",
    k.request_hash as "keyRequestHash", k.incarnation as "keyIncarnation", k.answer::text as "keyAnswer"
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
       as asked (kind, resource_id, owner, key, position)
  left join onceflow.resources r on r.resource_id = asked.resource_id
  left join onceflow.analyses a on a.kind = asked.kind and a.resource_id = asked.resource_id
  left join onceflow.runs n on n.run_id = a.run_id and n.incarnation = r.incarnation
  left join lateral (
    select case when n.source_hash = r.source_hash or n.state not in ('pending', 'running') then false
      else not ${isPinned('n')} end as other) reads on true
  left join lateral (
    select * from onceflow.results t
     where t.kind = a.kind and t.resource_id = a.resource_id and t.incarnation = r.incarnation
     order by t.generation desc limit 1) s on true
  left join onceflow.idempotency_keys k on k.owner = asked.owner and k.key = asked.key
  order by asked.position`;

/** One row per request, in their order; one statement for all of them; takes no lock. */
export async function admissionFacts(
  client: Queryable,
  asked: readonly Asked[],
): Promise<readonly AdmissionRow[]> {
  const { rows } = await client.query<AdmissionRow & { [column: string]: unknown }>(sql, [
    asked.map((one) => one.request.kind),
    asked.map((one) => one.request.resourceId),
    asked.map((one) => one.request.requestedBy.owner),
    asked.map((one) => one.request.idempotencyKey ?? null),
  ]);
  return rows;
}
