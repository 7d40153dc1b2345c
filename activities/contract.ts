import type { StepDefinition } from '../kinds/define.ts';
import type { Failure, Json } from '../ledger/ledger.ts';
import type { Trigger } from '../policy/states.ts';

export type { Failure, Json };

/**
 * What workflows and activities say to each other. Types only: everything here travels through Temporal as JSON,
 * so it stays small and has no methods.
 */

/** Input of a workflow that the client dispatched. A workflow that somebody started by hand has none. */
export interface RunInput {
  readonly generation: number;
}

/** Output of a workflow. The result itself stays in the ledger. */
export interface Outcome {
  readonly runId: string;
  readonly generation: number;
  readonly resultSchema: string;
}

export interface ClaimCall {
  readonly kind: string;
  /** Of the workflow's input; absent: started directly. */
  readonly generation?: number;
  /** This Temporal run came from a reset. */
  readonly fromReset: boolean;
}

export type Params = { readonly [key: string]: Json };

export type StepQueues = Readonly<Record<string, StepDefinition['queue']>>;

export type ClaimAnswer =
  | {
      readonly verdict: 'go';
      readonly resourceId: string;
      readonly runId: string;
      readonly generation: number;
      readonly incarnation: number;
      readonly trigger: Trigger;
      readonly owner: string;
      readonly params: Params;
      /** Steps that this installation does on another queue than the one they declare. */
      readonly queues?: StepQueues;
    }
  | { readonly verdict: 'completed'; readonly runId: string; readonly generation: number }
  | { readonly verdict: 'failed'; readonly failure: Failure }
  /** The activity has asked Temporal to cancel this workflow; it has only to wait for that. */
  | { readonly verdict: 'cancelled'; readonly why: string };

/** One step instance to be done. */
export interface StepCall {
  readonly kind: string;
  readonly resourceId: string;
  /** Of the claim in this history: a reset keeps it, and the ledger refuses it when the resource was put again. */
  readonly incarnation: number;
  /** Of that claim too, whose params the workflow goes by. Absent in calls of older histories. */
  readonly generation?: number;
  readonly step: string;
  /** Names one of many of the same step, e.g. a chunk; 'one' where there is only one. */
  readonly instance: string;
  /** For the implementation, with marks where it takes fences (kinds/output-mark.ts). */
  readonly input: Json;
  /** Pin of the bytes as the run's first step saw them; null before that. */
  readonly pin: string | null;
  /** sha256 of the bytes, once the digest step has measured it. */
  readonly digest: string | null;
  /** A later step, on the same queue, takes over what this one can leave. */
  readonly leaves?: true;
}

export interface StepAnswer<Value = Json> {
  readonly fence: number;
  readonly value: Value;
  readonly pin: string | null;
  /** Of the run as the ledger has it now: a reset changes both in the middle of a history. */
  readonly generation: number;
  readonly trigger: Trigger;
}

export interface CommitCall {
  readonly kind: string;
  readonly incarnation: number;
  /** As in a step's call. */
  readonly generation?: number;
  readonly resultFence: number;
  readonly fences: readonly number[];
  /** Kinds to be submitted for the same resource in the transaction that commits. */
  readonly starts?: readonly string[];
}

export type CommitAnswer =
  | { readonly verdict: 'committed'; readonly runId: string; readonly generation: number }
  /** The run is over, superseded or revoked: claim says how it ended. */
  | { readonly verdict: 'closed'; readonly why: string }
  /** A newer attempt of the result step holds the fence: that step has to be done again. */
  | { readonly verdict: 'superseded'; readonly why: string };

export interface CloseAnswer {
  readonly verdict: 'closed' | 'not-ours';
}

/** Activities of the control worker. */
export interface LifecycleActivities {
  claim(call: ClaimCall): Promise<ClaimAnswer>;
  commit(call: CommitCall): Promise<CommitAnswer>;
  /** Records that the run failed, before the workflow throws. */
  fail(failure: Failure): Promise<CloseAnswer>;
  /** Returns once nothing of the run is alive; until then it fails and is retried. */
  closeCancelled(why: string): Promise<CloseAnswer>;
}

/** A step's activity, whose type is the step's name. */
export type StepActivity = (call: StepCall) => Promise<StepAnswer>;

export interface DigestValue {
  readonly sha256: string;
  readonly bytes: number;
}
