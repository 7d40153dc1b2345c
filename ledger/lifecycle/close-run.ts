import { decideFollowUp, type Policy, reusePolicyOf } from '../../policy/admission.ts';
import { hashOf } from '../hashes.ts';
import type { AnalysisKey, Failure, Json } from '../ledger.ts';
import type { Queryable } from '../pool.ts';
import { openGenerations } from './open-generation.ts';
import { putSource } from './put-source.ts';

export interface Closing {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly why: string | null;
  readonly by: string;
  readonly failure?: Failure;
}

/**
 * Closes an open run (a trigger writes the event and closes the dispatch row), and puts the analysis' follow-up through
 * the admission table again, in the same transaction. The analysis row is locked. Answers whether a follow-up started.
 */
export async function closeRun(tx: Queryable, runId: string, closing: Closing): Promise<boolean> {
  const { rows } = await tx.query<AnalysisKey & { newest: boolean }>(
    `update onceflow.runs r
        set state = $2, ended_at = clock_timestamp(), why = coalesce($3, r.why), changed_by = $4, failure = $5
       from onceflow.analyses a
      where r.run_id = $1 and a.kind = r.kind and a.resource_id = r.resource_id
      returning r.kind, r.resource_id as "resourceId", r.generation = a.generation as newest`,
    [runId, closing.state, closing.why, closing.by, closing.failure ? JSON.stringify(closing.failure) : null],
  );
  const closed = rows[0];
  return closed?.newest === true && convertFollowUp(tx, closed);
}

interface FollowUpRow {
  readonly policy: Policy;
  readonly generation: number;
  readonly incarnation: number;
  readonly resourceIncarnation: number;
  readonly deleted: boolean;
  readonly standing: number | null;
  readonly authorised: boolean;
  readonly reason: string | null;
  readonly analyserVersion: number;
  readonly params: { readonly [key: string]: Json };
  readonly paramsHash: string;
  readonly pin: string | null;
  readonly fromScratch: boolean;
  readonly priority: number;
  readonly requestedBy: string;
  readonly owner: string;
  /** JSON. Null: none came with it. */
  readonly source: string | null;
  /** What the resource had when the source was asked for, and what it has. */
  readonly hashBefore: string;
  readonly hashNow: string;
}

async function convertFollowUp(tx: Queryable, key: AnalysisKey): Promise<boolean> {
  const followUp = await takeFollowUp(tx, key);
  if (!followUp) return false;
  const gone = followUp.deleted || followUp.incarnation !== followUp.resourceIncarnation;
  const decision = decideFollowUp(
    {
      policy: followUp.policy,
      resource: gone ? 'deleted' : 'present',
      standing: followUp.standing === null ? null : { ...standingPlaceholder, generation: followUp.standing },
    },
    followUp,
  );
  if (decision.outcome === 'answered') {
    await tx.query(
      `insert into onceflow.events (kind, resource_id, type, actor, why)
       values ($1, $2, 'follow-up.answered', $3, $4)`,
      [key.kind, key.resourceId, followUp.requestedBy, decision.why],
    );
    return false;
  }
  const { authorised, incarnation, policy } = followUp;
  const reusePolicy = reusePolicyOf({ policy, authorised, incarnation });
  const generation = followUp.generation + 1;
  const pin = await putItsSource(tx, key, followUp);
  await openGenerations(tx, [
    { ...key, ...followUp, pin, generation, trigger: 'coalesced', why: decision.why, reusePolicy },
  ]);
  return true;
}

/** As if it had been put when it was asked for: what was put since then stands. Answers what was seen of the source. */
async function putItsSource(tx: Queryable, key: AnalysisKey, followUp: FollowUpRow): Promise<string | null> {
  const { source, hashBefore, hashNow, pin, owner, requestedBy: actor } = followUp;
  if (source === null) return pin;
  const hash = hashOf(JSON.parse(source));
  if (hash === hashNow) return pin;
  const { resourceId } = key;
  const { rows } = await tx.query<{ unchanged: boolean }>(
    'select source_hash = $2 as unchanged from onceflow.resources where resource_id = $1 for no key update',
    [resourceId, hashBefore],
  );
  if (rows[0]?.unchanged !== true) return null;
  await putSource(tx, { resourceId, source, hash, owner, actor });
  return pin;
}

/** Only whether a result stands matters to a follow-up, not what it was made from. */
const standingPlaceholder = { paramsHash: '', sourceHash: '', analyserVersion: 0, pin: null };

async function takeFollowUp(tx: Queryable, key: AnalysisKey): Promise<FollowUpRow | undefined> {
  const { rows } = await tx.query<FollowUpRow & { [column: string]: unknown }>(
    `delete from onceflow.follow_ups f using onceflow.analyses a, onceflow.resources r
      where f.kind = $1 and f.resource_id = $2 and a.kind = f.kind and a.resource_id = f.resource_id
        and r.resource_id = f.resource_id
      returning a.policy, a.generation, f.incarnation, r.incarnation as "resourceIncarnation",
        r.deleted_at is not null as deleted, f.authorised, f.reason, f.analyser_version as "analyserVersion", f.params,
        f.params_hash as "paramsHash", f.observed_pin as pin, f.from_scratch as "fromScratch", f.priority,
        f.requested_by as "requestedBy", f.owner, f.source::text as source, f.source_hash as "hashBefore",
        r.source_hash as "hashNow",
        (select max(s.generation) from onceflow.results s where s.kind = f.kind and s.resource_id = f.resource_id
            and s.incarnation = r.incarnation) as standing`,
    [key.kind, key.resourceId],
  );
  return rows[0];
}

/** Leaves what an unclaimed run was asked for as the follow-up of whatever supersedes it; authority adds up. */
export async function leaveFollowUp(tx: Queryable, runId: string): Promise<void> {
  await tx.query(
    `insert into onceflow.follow_ups as f (kind, resource_id, incarnation, authorised, reason, analyser_version, params,
       params_hash, source_hash, observed_pin, from_scratch, priority, owner, requested_by)
     select kind, resource_id, incarnation, authorised, reason, analyser_version, params, params_hash, source_hash,
       observed_pin, from_scratch, priority, owner, requested_by
       from onceflow.runs where run_id = $1
     on conflict (kind, resource_id) do update
       set authorised = f.authorised or excluded.authorised, reason = coalesce(f.reason, excluded.reason),
           asked = f.asked + 1`,
    [runId],
  );
}
