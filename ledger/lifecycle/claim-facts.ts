import { decideAdmission, type StandingResult } from '../../policy/admission.ts';
import type { ClaimFacts } from '../../policy/claim.ts';
import { hashOf } from '../hashes.ts';
import type { ClaimRequest } from '../ledger.ts';
import type { Queryable } from '../pool.ts';
import { type RunFacts, runJson } from './run-facts.ts';

/** What the ledger knows about a Temporal run that asks, read in one statement under the analysis row's lock. */
export interface Asking {
  readonly facts: ClaimFacts;
  readonly own: RunFacts | null;
  readonly named: RunFacts | null;
  /** Newest run of the current incarnation. */
  readonly newest: RunFacts | null;
}

export type AskingRequest = Pick<
  ClaimRequest,
  'kind' | 'resourceId' | 'policy' | 'analyserVersion' | 'run' | 'generation' | 'described' | 'otherRun'
> & { readonly keptIncarnation: number | null };

interface FactsRow {
  readonly incarnation: number | null;
  readonly deleted: boolean;
  readonly sourceHash: string | null;
  readonly newestGeneration: number | null;
  readonly registrations: number | null;
  readonly turnedAway: boolean;
  readonly own: RunFacts | null;
  readonly named: RunFacts | null;
  readonly newest: RunFacts | null;
  readonly standing: StandingResult | null;
}

const sql = `select r.incarnation, r.deleted_at is not null as deleted, r.source_hash as "sourceHash",
    a.generation as "newestGeneration", a.registrations,
    t.temporal_run_id is not null and t.run_id is null as "turnedAway",
    ${runJson('own')} as own, ${runJson('named')} as named, ${runJson('newest')} as newest,
    (select json_build_object('generation', s.generation, 'paramsHash', s.params_hash, 'sourceHash', s.source_hash,
        'analyserVersion', s.analyser_version, 'pin', s.pin)
       from onceflow.results s
      where s.kind = asked.kind and s.resource_id = asked.resource_id and s.incarnation = r.incarnation
      order by s.generation desc limit 1) as standing
  from (values ($1::text, $2::text, $3::text, $4::int)) as asked (kind, resource_id, temporal_run_id, generation)
  left join onceflow.resources r on r.resource_id = asked.resource_id
  left join onceflow.analyses a on a.kind = asked.kind and a.resource_id = asked.resource_id
  left join onceflow.temporal_runs t on t.temporal_run_id = asked.temporal_run_id
  left join onceflow.runs own on own.run_id = t.run_id
  left join onceflow.runs named on named.kind = asked.kind and named.resource_id = asked.resource_id
        and named.generation = asked.generation
  left join onceflow.runs newest on newest.run_id = a.run_id and newest.incarnation = r.incarnation`;

export async function askingFacts(tx: Queryable, request: AskingRequest): Promise<Asking> {
  const { kind, resourceId, run, generation } = request;
  const { rows } = await tx.query<FactsRow & { [column: string]: unknown }>(sql, [
    kind,
    resourceId,
    run.temporalRunId,
    generation ?? null,
  ]);
  const row = rows[0] as FactsRow;
  const direct = generation === undefined ? 'direct' : 'dispatched';
  const resource = row.incarnation === null ? 'unknown' : row.deleted ? 'deleted' : 'present';
  const facts: ClaimFacts = {
    origin: run.fromReset ? 'reset' : direct,
    temporalRunId: run.temporalRunId,
    resource,
    registered: row.turnedAway ? 'turned-away' : row.own,
    named: row.named,
    newest: row.newest,
    newestGeneration: row.newestGeneration ?? 0,
    registrations: row.registrations ?? 0,
    described: request.described,
    otherRun: request.otherRun,
    keptIncarnation: request.keptIncarnation,
    incarnation: row.incarnation ?? 0,
    admission: directAdmission(request, row, resource),
  };
  return { facts, own: row.own, named: row.named, newest: row.newest };
}

/** A direct start brings no params and no authority: it asks for what any caller may ask for. */
function directAdmission(request: AskingRequest, row: FactsRow, resource: ClaimFacts['resource']) {
  const { policy, analyserVersion } = request;
  return decideAdmission(
    { policy, resource, current: row.newest, standing: row.standing, analyserVersion },
    {
      wish: 'direct',
      role: 'operator',
      paramsHash: hashOf({}),
      sourceHash: row.sourceHash ?? '',
      observedPin: null,
    },
  );
}
