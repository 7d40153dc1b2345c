import type { Policy } from '../../policy/admission.ts';
import type { RunState, Trigger } from '../../policy/states.ts';
import type { Failure, Json } from '../ledger.ts';

/** A run row as the decisions need it: no timestamps, built by Postgres as one JSON object. */
export interface RunFacts {
  readonly runId: string;
  readonly kind: string;
  readonly resourceId: string;
  readonly workflowId: string;
  readonly generation: number;
  readonly incarnation: number;
  readonly state: RunState;
  readonly cancelRequested: boolean;
  readonly temporalRunId: string | null;
  readonly trigger: Trigger;
  readonly policy: Policy;
  readonly analyserVersion: number;
  readonly params: { readonly [key: string]: Json };
  readonly paramsHash: string;
  readonly sourceHash: string;
  readonly pin: string | null;
  readonly authorised: boolean;
  readonly reason: string | null;
  readonly fromScratch: boolean;
  readonly priority: number;
  readonly owner: string;
  readonly requestedBy: string;
  readonly redispatches: number;
  readonly failure: Failure | null;
  readonly why: string | null;
}

/** SQL for a RunFacts object of the runs row `alias`; null where an outer join found none. */
export function runJson(alias: string): string {
  return `case when ${alias}.run_id is null then null else json_build_object(
    'runId', ${alias}.run_id, 'kind', ${alias}.kind, 'resourceId', ${alias}.resource_id,
    'workflowId', ${alias}.workflow_id, 'generation', ${alias}.generation, 'incarnation', ${alias}.incarnation,
    'state', ${alias}.state, 'cancelRequested', ${alias}.cancel_requested_at is not null,
    'temporalRunId', ${alias}.temporal_run_id, 'trigger', ${alias}.trigger, 'policy', ${alias}.policy,
    'analyserVersion', ${alias}.analyser_version, 'params', ${alias}.params, 'paramsHash', ${alias}.params_hash,
    'sourceHash', ${alias}.source_hash, 'pin', ${alias}.observed_pin, 'authorised', ${alias}.authorised,
    'reason', ${alias}.reason, 'fromScratch', ${alias}.from_scratch, 'priority', ${alias}.priority,
    'owner', ${alias}.owner, 'requestedBy', ${alias}.requested_by, 'redispatches', ${alias}.redispatches,
    'failure', ${alias}.failure, 'why', ${alias}.why) end`;
}
