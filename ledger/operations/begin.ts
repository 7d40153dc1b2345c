import { type ClaimDecision, decideClaim } from '../../policy/claim.ts';
import { leaseMs } from '../../policy/retry.ts';
import { faultPoint } from '../fault-points.ts';
import type { BeginRequest, BeginVerdict, CommitRequest, Source } from '../ledger.ts';
import { adoptReset } from '../lifecycle/adopt.ts';
import { askingFacts } from '../lifecycle/claim-facts.ts';
import { isPinned } from '../lifecycle/is-pinned.ts';
import { lockAnalysis } from '../lifecycle/lock-analysis.ts';
import { turnRunAway } from '../lifecycle/register-run.ts';
import type { RunFacts } from '../lifecycle/run-facts.ts';
import type { LedgerPool, Queryable } from '../pool.ts';

/**
 * An attempt of a step instance takes the next fence. One statement on the usual path; a run that the ledger does not
 * know, because a reset put it behind the claim, is adopted first.
 */
export async function begin(pool: LedgerPool, request: BeginRequest): Promise<BeginVerdict> {
  const verdict = await beginOrAdopt(pool, request);
  await faultPoint('begin: after', request.run.workflowId);
  return verdict;
}

async function beginOrAdopt(pool: LedgerPool, request: BeginRequest): Promise<BeginVerdict> {
  const started = await takeFence(pool, request);
  if (started) return started;
  return pool.transaction(async (tx) => {
    const standing = await standingOf(tx, request);
    if (standing.verdict !== 'current') return standing;
    return (await takeFence(tx, request)) ?? { verdict: 'closed', why: 'the run closed meanwhile' };
  });
}

interface BeginRow {
  readonly fence: string;
  readonly attempts: number;
  readonly run_id: string;
  readonly generation: number;
  readonly trigger: RunFacts['trigger'];
  readonly params: RunFacts['params'];
  readonly source: Source;
  readonly owner: string;
  readonly from_scratch: boolean;
}

/** Undefined: this Temporal run does not own a running generation that may write. */
async function takeFence(sql: Queryable, request: BeginRequest): Promise<BeginVerdict | undefined> {
  const { run, step, instance, queue, worker, temporalAttempt } = request;
  const { rows } = await sql.query<BeginRow & { [column: string]: unknown }>(
    `with current as (
       select r.run_id, r.generation, r.trigger, r.params, r.owner, r.from_scratch, s.source, s.source_hash
         from onceflow.temporal_runs t
         join onceflow.runs r on r.run_id = t.run_id and r.temporal_run_id = t.temporal_run_id
         join onceflow.analyses a on a.kind = r.kind and a.resource_id = r.resource_id
              and a.generation = r.generation
         join onceflow.resources s on s.resource_id = r.resource_id and s.deleted_at is null
              and s.incarnation = r.incarnation
        where t.temporal_run_id = $1 and r.state = 'running' and r.cancel_requested_at is null
          and r.incarnation = $2
          for share of r),
     -- Until bytes are pinned the run is of what is read, whatever it was asked for with.
     reads as (
       update onceflow.runs r set source_hash = current.source_hash, observed_pin = null from current
        where r.run_id = current.run_id and r.source_hash <> current.source_hash and not ${isPinned('r')}),
     instance as (
       insert into onceflow.step_instances as i (run_id, step, instance, fence)
       select run_id, $3, $4, nextval('onceflow.fences') from current
       on conflict (run_id, step, instance) do update
         set fence = nextval('onceflow.fences'), attempts = i.attempts + 1
       returning i.run_id, i.fence, i.attempts),
     attempt as (
       insert into onceflow.step_attempts (fence, run_id, step, instance, temporal_run_id, temporal_attempt, worker,
         attempts, lease_until, queue)
       select fence, run_id, $3, $4, $1, $5, $6, attempts, now() + $7 * interval '1 millisecond', $8 from instance)
     select instance.fence, instance.attempts, current.* from instance, current`,
    [run.temporalRunId, request.incarnation, step, instance, temporalAttempt, worker, leaseMs, queue],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { generation, trigger, params, source, owner, attempts } = row;
  const started = { fence: Number(row.fence), runId: row.run_id, bypassMemory: row.from_scratch };
  return { verdict: 'go', ...started, generation, trigger, params, source, owner, attempts };
}

export type Standing =
  /** `own` is null after an adoption: the run that was adopted has to be read. */
  | { readonly verdict: 'current'; readonly own: RunFacts | null }
  | { readonly verdict: 'describe'; readonly registeredBefore: number }
  | { readonly verdict: 'closed'; readonly why: string };

type StandingRequest = Pick<
  BeginRequest & CommitRequest,
  'kind' | 'resourceId' | 'policy' | 'analyserVersion' | 'run' | 'incarnation' | 'generation' | 'described'
>;

/** Locks the analysis; adopts a reset's run that the ledger does not know; says why a run may not write. */
export async function standingOf(tx: Queryable, request: StandingRequest): Promise<Standing> {
  if (!(await lockAnalysis(tx, request))) return { verdict: 'closed', why: 'no such analysis' };
  const asking = await askingFacts(tx, { ...request, keptIncarnation: request.incarnation });
  if (asking.facts.registered === null && asking.facts.origin !== 'reset') {
    return { verdict: 'closed', why: 'this run never claimed' };
  }
  const decision = decideClaim(asking.facts);
  switch (decision.action) {
    case 'go-on':
      return ownStanding(request, asking.own, asking.facts.newestGeneration);
    case 'adopt':
      await adoptReset(tx, request, asking);
      return { verdict: 'current', own: null };
    case 'describe':
      return { verdict: 'describe', registeredBefore: asking.facts.registrations };
    case 'turn-away':
      await turnRunAway(tx, request.run, decision.why);
      return { verdict: 'closed', why: decision.why };
    default:
      return { verdict: 'closed', why: whyOf(decision) };
  }
}

function ownStanding(request: StandingRequest, own: RunFacts | null, newestGeneration: number): Standing {
  if (own?.generation !== newestGeneration) return { verdict: 'closed', why: 'a newer generation exists' };
  if (own.incarnation === request.incarnation) return { verdict: 'current', own };
  return { verdict: 'closed', why: 'the resource was deleted' };
}

function whyOf(decision: ClaimDecision): string {
  return 'why' in decision ? decision.why : `the run is over: ${decision.action}`;
}
