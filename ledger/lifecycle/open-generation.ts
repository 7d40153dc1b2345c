import { randomUUID } from 'node:crypto';
import type { Policy, ReusePolicy } from '../../policy/admission.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import type { Trigger } from '../../policy/states.ts';
import type { AnalysisKey, Json } from '../ledger.ts';
import type { Queryable } from '../pool.ts';

export interface NewGeneration extends AnalysisKey {
  /** The newest one plus one; the caller holds the analysis row's lock. */
  readonly generation: number;
  readonly trigger: Trigger;
  readonly policy: Policy;
  readonly analyserVersion: number;
  readonly params: { readonly [key: string]: Json };
  readonly paramsHash: string;
  readonly pin: string | null;
  readonly authorised: boolean;
  readonly reason: string | null;
  readonly fromScratch: boolean;
  readonly priority: number;
  readonly requestedBy: string;
  readonly why: string;
  /** Null: nothing is dispatched, the Temporal run is already there (direct, reset). */
  readonly reusePolicy: ReusePolicy | null;
  /** When a relay may dispatch it; default at once. */
  readonly dueInMs?: number;
}

/**
 * Inserts pending runs, with their dispatch rows, in one statement. Incarnation, owner and source are those of the
 * resource row, which the caller holds. Answers the new run ids in the order given.
 */
export async function openGenerations(
  tx: Queryable,
  generations: readonly NewGeneration[],
): Promise<readonly string[]> {
  const rows = generations.map(({ params: _params, ...one }) => {
    return { ...one, run_id: randomUUID(), workflow_id: workflowIdOf(one) };
  });
  await tx.query(
    `with asked as (
       select * from rows from (unnest($2::json[]), json_to_recordset($1) as (
         run_id uuid, workflow_id text, kind text, "resourceId" text, generation int, trigger text, policy text,
         "analyserVersion" int, "paramsHash" text, pin text, authorised bool, reason text,
         "fromScratch" bool, priority int, "requestedBy" text, why text, "reusePolicy" text, "dueInMs" int)) as t(params)),
     opened as (
       insert into onceflow.runs (run_id, kind, resource_id, workflow_id, generation, incarnation, state, trigger,
         policy, analyser_version, params, params_hash, source_hash, observed_pin, authorised, reason, from_scratch,
         priority, owner, requested_by, changed_by, why)
       select a.run_id, a.kind, a."resourceId", a.workflow_id, a.generation, r.incarnation, 'pending', a.trigger,
         a.policy, a."analyserVersion", a.params, a."paramsHash", r.source_hash, a.pin, a.authorised, a.reason,
         a."fromScratch", a.priority, r.owner, a."requestedBy", a."requestedBy", a.why
       from asked a join onceflow.resources r on r.resource_id = a."resourceId"
       returning run_id)
     insert into onceflow.dispatch (run_id, reuse_policy, due_at)
     select a.run_id, a."reusePolicy", now() + coalesce(a."dueInMs", 0) * interval '1 millisecond' from asked a join opened o on o.run_id = a.run_id
      where a."reusePolicy" is not null`,
    // Params travel apart: taking a record of JSON to pieces refuses "\u0000" anywhere in it.
    [JSON.stringify(rows), generations.map((one) => JSON.stringify(one.params))],
  );
  return rows.map((row) => row.run_id);
}
