import type { Trigger } from '../policy/states.ts';
import type { AnalysisKey, Json, Source } from './requests.ts';

/** What runs and their attempts bring to the ledger, and its verdicts: claim, begin, finish, commit, close. */

/** Who is asking, as Temporal knows it. */
export interface TemporalRun {
  readonly workflowId: string;
  readonly temporalRunId: string;
  /** From `originalExecutionRunId !== runId`: this run came from a reset. */
  readonly fromReset: boolean;
}

/** What `describe(workflowId)` showed, taken outside the transaction, with the number of runs registered before it. */
export interface Described {
  readonly registeredBefore: number;
  /** This very run is the workflow ID's current run and open. */
  readonly openAndCurrent: boolean;
}

export interface Claimed {
  readonly runId: string;
  readonly generation: number;
  readonly incarnation: number;
  readonly trigger: Trigger;
  readonly owner: string;
  readonly params: { readonly [key: string]: Json };
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type ClaimVerdict =
  | ({ readonly verdict: 'go' } & Claimed)
  | { readonly verdict: 'completed'; readonly runId: string; readonly generation: number }
  | { readonly verdict: 'failed'; readonly generation: number; readonly failure: Failure }
  | { readonly verdict: 'cancelled'; readonly why: string }
  /** Not a run of ours: unknown resource, or a workflow ID that is not `<kind>:<resourceId>`. */
  | { readonly verdict: 'refused'; readonly failure: Failure }
  /** The transaction needs `describe(workflowId)` first; ask again with it. */
  | { readonly verdict: 'describe'; readonly registeredBefore: number }
  /** The generation runs under another Temporal run: ask Temporal whether that one is open, then again with `otherRun`. */
  | { readonly verdict: 'describe-other'; readonly temporalRunId: string };

export interface ClaimRequest extends AnalysisKey {
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
  readonly run: TemporalRun;
  /** Generation in the workflow's input; absent: started directly. */
  readonly generation?: number;
  readonly described?: Described;
  /** State in Temporal of the run that the generation was registered under. */
  readonly otherRun?: { readonly temporalRunId: string; readonly open: boolean };
}

export interface BeginRequest {
  readonly run: TemporalRun;
  readonly kind: string;
  readonly resourceId: string;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
  /** What claim answered in this history; an older incarnation ends cancelled. */
  readonly incarnation: number;
  /** What claim answered in this history: a reset's run is adopted with the params of this one. Absent: the newest. */
  readonly generation?: number;
  readonly step: string;
  readonly instance: string;
  /** That it was asked on: an installation may do a step on another queue than the declared one. */
  readonly queue: string;
  readonly worker: string;
  readonly temporalAttempt: number;
  readonly described?: Described;
}

export type BeginVerdict =
  | {
      readonly verdict: 'go';
      readonly fence: number;
      readonly runId: string;
      readonly generation: number;
      readonly trigger: Trigger;
      readonly params: { readonly [key: string]: Json };
      readonly source: Source;
      readonly owner: string;
      /** Step memory is bypassed: the run is a reset, or was asked for from scratch. */
      readonly bypassMemory: boolean;
      /** Attempts of this step instance so far, this one included. */
      readonly attempts: number;
    }
  | { readonly verdict: 'describe'; readonly registeredBefore: number }
  /** The run is over, superseded or revoked: `claim` says how it ended. */
  | { readonly verdict: 'closed'; readonly why: string };

export interface ArtefactRow {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Relative to the artefact store. */
  readonly path: string;
}

export interface FinishRequest {
  readonly fence: number;
  readonly temporalRunId: string;
  readonly value: Json;
  readonly document: Json | null;
  readonly artefacts: readonly ArtefactRow[];
  readonly pin: string | null;
  readonly memoryKey: string | null;
  /** The attempt whose output this is, if step memory answered; refused if memory has forgotten it meanwhile. */
  readonly rememberedFrom: number | null;
  readonly computedWith: StepComputation;
}

/** What an attempt was computed with. */
export interface StepComputation {
  readonly version: number;
  readonly models: readonly string[];
}

/** Who computed the output that an attempt was answered with. */
export interface Origin {
  readonly resourceId: string;
  readonly generation: number;
  readonly runId: string;
}

export interface AttemptOutput {
  readonly fence: number;
  readonly step: string;
  readonly instance: string;
  readonly value: Json;
  readonly document: Json | null;
  readonly artefacts: readonly ArtefactRow[];
  readonly pin: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly attempts: number;
  /** Version of the step that computed it; null: not on record. */
  readonly stepVersion: number | null;
  readonly remembered: boolean;
  /** Null: computed by this attempt itself. */
  readonly rememberedFrom: Origin | null;
}

export interface CommitRequest {
  readonly run: TemporalRun;
  readonly kind: string;
  readonly resourceId: string;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
  readonly incarnation: number;
  /** As in BeginRequest. */
  readonly generation?: number;
  readonly resultSchema: string;
  /** Fence of the attempt whose document is the result. */
  readonly resultFence: number;
  /** Every attempt whose output went into the result; their artefacts become visible. */
  readonly fences: readonly number[];
  /** Analyses of the same resource to be submitted with the result, as plain submits of the run's owner. */
  readonly starts?: readonly FollowOn[];
  readonly described?: Described;
}

export interface FollowOn {
  readonly kind: string;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
}

export type CommitVerdict =
  | {
      readonly verdict: 'committed';
      readonly runId: string;
      readonly generation: number;
      readonly dispatched: boolean;
    }
  | { readonly verdict: 'describe'; readonly registeredBefore: number }
  | { readonly verdict: 'closed'; readonly why: string }
  /** A newer attempt of the result step holds the fence. */
  | { readonly verdict: 'superseded'; readonly why: string };

export type CloseVerdict =
  | { readonly verdict: 'closed' | 'not-ours' }
  | { readonly verdict: 'still-alive'; readonly attempts: number };

export type AttemptFailureVerdict =
  | { readonly verdict: 'retry' }
  /** The step fails now: bad input, or its budget of failures is used up. */
  | { readonly verdict: 'give-up'; readonly failure: Failure };
