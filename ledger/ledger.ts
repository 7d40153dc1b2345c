import type { PoolClient } from 'pg';
import type { OnDuplicate, Role, StaleReason, Wish } from '../policy/admission.ts';
import type { RunState, Trigger } from '../policy/states.ts';

/**
 * The ledger: the Postgres tables that remember every analysis; the only place where status is read.
 *
 * Invariants, kept by the database itself where it can be:
 * - one analysis per (kind, resource), one run per generation, at most one result per generation;
 * - generations of an analysis only grow, fences come from one sequence and only grow;
 * - only the claim, or whatever ends or supersedes a generation, closes its dispatch row, in the same transaction;
 * - a write is accepted only from the run that owns the newest generation, of the resource's current incarnation,
 *   under the current fence of its step instance, with no cancel requested; anything else is refused and counted.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where the bytes of a resource are. They are referenced, never copied. */
export interface FileSource {
  readonly type: 'file';
  /** Absolute path under one of the configured roots. */
  readonly path: string;
}
export type Source = FileSource;

export interface Actor {
  readonly actor: string;
  readonly owner: string;
  readonly role: Role;
}

export interface AnalysisKey {
  readonly kind: string;
  readonly resourceId: string;
}

export interface SubmitRequest extends AnalysisKey {
  readonly wish: Wish;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
  /** Puts the resource in the same transaction; absent: the resource must exist. */
  readonly source?: Source;
  readonly params: { readonly [key: string]: Json };
  readonly onDuplicate?: OnDuplicate;
  readonly reason?: string;
  /** 1 (first) to 5. */
  readonly priority: number;
  readonly idempotencyKey?: string;
  readonly fromScratch: boolean;
  readonly observedPin: string | null;
  readonly requestedBy: Actor;
}

export interface Answer extends AnalysisKey {
  readonly outcome: 'started' | 'running' | 'completed';
  readonly generation: number;
  readonly runId: string;
  readonly workflowId: string;
  readonly incarnation: number;
  readonly state: RunState;
  readonly why: string;
  /** Of a completed one: why its result is not of what is asked for now. */
  readonly stale?: readonly StaleReason[];
  /** Of a running one: what was asked for now and is not what it runs with. */
  readonly differs?: readonly StaleReason[];
}

/** A start that has been promised and not yet claimed. */
export interface Dispatch extends AnalysisKey {
  readonly runId: string;
  readonly workflowId: string;
  readonly generation: number;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly reusePolicy: 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY';
  readonly trigger: Trigger;
  readonly owner: string;
  readonly priority: number;
  readonly attempts: number;
}

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
  readonly step: string;
  readonly instance: string;
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
  readonly remembered: boolean;
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
  readonly remembered: boolean;
}

export interface CommitRequest {
  readonly run: TemporalRun;
  readonly kind: string;
  readonly resourceId: string;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly analyserVersion: number;
  readonly incarnation: number;
  readonly resultSchema: string;
  /** Fence of the attempt whose document is the result. */
  readonly resultFence: number;
  /** Every attempt whose output went into the result; their artefacts become visible. */
  readonly fences: readonly number[];
  readonly described?: Described;
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

export interface Waiting {
  readonly queue: string;
  readonly reason: 'no-worker' | 'busy' | 'temporal-unreachable';
  readonly since: Date;
}

export interface RunView extends AnalysisKey {
  readonly runId: string;
  readonly workflowId: string;
  readonly temporalRunId: string | null;
  readonly generation: number;
  readonly incarnation: number;
  readonly state: RunState;
  readonly trigger: Trigger;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly cancelRequested: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly why: string | null;
  readonly failure: Failure | null;
  readonly progress: null | {
    readonly step: string;
    readonly fraction: number | null;
    readonly done: number;
    readonly total: number | null;
    readonly unit: string;
    readonly etaMs: number | null;
    readonly at: Date;
  };
  readonly waiting: Waiting | null;
}

export interface ResultView {
  readonly runId: string;
  readonly generation: number;
  readonly schema: string;
  readonly status: 'complete' | 'partial';
  readonly document: Json;
  readonly artefacts: readonly ArtefactRow[];
  readonly committedAt: Date;
  readonly analyserVersion: number;
  readonly pin: string | null;
  readonly stale: readonly StaleReason[];
}

export interface AnalysisView extends AnalysisKey {
  readonly workflowId: string;
  readonly incarnation: number;
  readonly policy: 'no-repeat' | 'allow-rerun';
  /** State of the newest run. */
  readonly state: RunState;
  readonly run: RunView;
  /** Newest good result, of `run` or of an earlier generation. */
  readonly result: ResultView | null;
  readonly followUp: boolean;
  readonly deleted: boolean;
}

export interface ListFilter {
  readonly kind?: string;
  readonly state?: RunState;
  readonly owner?: string;
  readonly resourceId?: string;
  readonly cursor?: string;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
}

export interface Ledger {
  // --- admission
  submit(requests: readonly SubmitRequest[]): Promise<readonly (Answer | LedgerRefusal)[]>;
  /** Inside the caller's own transaction; nothing is dispatched before the caller commits. */
  submitInTransaction(client: PoolClient, request: SubmitRequest): Promise<Answer>;
  // --- resources
  putResource(resourceId: string, source: Source, by: Actor): Promise<{ incarnation: number }>;
  deleteResource(resourceId: string, by: Actor): Promise<{ deleted: boolean }>;
  getResource(resourceId: string): Promise<null | {
    resourceId: string;
    incarnation: number;
    owner: string;
    source: Source;
    deletedAt: Date | null;
    putAt: Date;
  }>;
  // --- dispatch
  /** Due dispatch rows, each leased for `leaseMs` so that two relays do not start one twice at once. */
  takeDispatches(limit: number, leaseMs: number): Promise<readonly Dispatch[]>;
  getDispatch(runId: string): Promise<Dispatch | null>;
  postponeDispatch(runId: string, delayMs: number, error: string): Promise<void>;
  /** Running runs with a cancel request that Temporal may not have heard of. */
  cancelsDue(limit: number): Promise<readonly { workflowId: string; temporalRunId: string; runId: string }[]>;
  /** Calls back on NOTIFY (dispatch, cancel, progress, state); returns a stop function. */
  listen(
    onEvent: (event: { channel: 'dispatch' | 'cancel' | 'run'; workflowId: string; runId: string }) => void,
  ): Promise<() => Promise<void>>;
  // --- runs, fences
  claim(request: ClaimRequest): Promise<ClaimVerdict>;
  begin(request: BeginRequest): Promise<BeginVerdict>;
  /** Extends the lease (60 s) and says whether the attempt may go on. */
  renew(fence: number): Promise<{ readonly current: boolean; readonly why: string }>;
  reportProgress(
    fence: number,
    progress: { step: string; done: number; total: number | null; unit: string },
  ): Promise<void>;
  remember(memoryKey: string): Promise<AttemptOutput | null>;
  /** False: refused (late, superseded, cancelled) and counted. A repeated finish of the same fence is accepted. */
  finish(request: FinishRequest): Promise<boolean>;
  failAttempt(
    fence: number,
    failure: Failure & { readonly retry: 'never' | 'backoff' | 'poison' },
  ): Promise<AttemptFailureVerdict>;
  /** The attempt's processes are gone and it wrote nothing (cancelled, superseded, worker shutdown). */
  endAttempt(fence: number, why: string): Promise<void>;
  attemptOutput(fence: number): Promise<AttemptOutput | null>;
  commit(request: CommitRequest): Promise<CommitVerdict>;
  failRun(run: TemporalRun, failure: Failure): Promise<CloseVerdict>;
  /** Closes as cancelled once no attempt of the run is alive or leased; else says how many are. */
  closeCancelled(run: TemporalRun, why: string): Promise<CloseVerdict>;
  requestCancel(key: AnalysisKey, by: Actor, reason: string | null): Promise<null | RunView>;
  // --- workers
  workerSeen(worker: {
    workerId: string;
    queue: string;
    device: string | null;
    pid: number;
    host: string;
  }): Promise<void>;
  workerGone(workerId: string): Promise<void>;
  /** Queues with the workers seen on them within the last 30 s, and when the last one of each was. */
  queues(): Promise<readonly QueueView[]>;
  // --- silent rows
  /** Running runs without a sign of life (attempt, progress, claim) for this long. */
  silentRuns(olderThanMs: number, limit: number): Promise<readonly SilentRun[]>;
  /**
   * What Temporal says of a running row's own Temporal run; nothing changes if the row moved on meanwhile. Unknown to
   * Temporal: dispatched again, after three times failed with LOST.
   */
  takeOverOutcome(
    runId: string,
    temporalRunId: string,
    outcome: 'failed' | 'cancelled' | 'unknown',
  ): Promise<{ readonly action: 'closed' | 'dispatched' | 'nothing' }>;
  // --- reads (primary only)
  get(ref: AnalysisKey | { workflowId: string } | { runId: string }): Promise<AnalysisView | null>;
  getRun(ref: { runId: string } | { key: AnalysisKey; generation: number }): Promise<RunView | null>;
  getResult(key: AnalysisKey, generation?: number): Promise<ResultView | null>;
  list(
    filter: ListFilter,
  ): Promise<{ readonly items: readonly AnalysisView[]; readonly cursor: string | null }>;
  runs(key: AnalysisKey): Promise<readonly RunView[]>;
  steps(runId: string): Promise<readonly StepView[]>;
  events(key: AnalysisKey, limit?: number): Promise<readonly EventView[]>;
  duplicates(key: AnalysisKey, limit?: number): Promise<readonly DuplicateView[]>;
  refusedWrites(
    key: AnalysisKey,
  ): Promise<readonly { what: string; why: string; fence: number | null; at: Date }[]>;
  close(): Promise<void>;
}

export interface QueueView {
  readonly queue: string;
  readonly workers: number;
  readonly lastSeen: Date;
}

export interface SilentRun extends AnalysisKey {
  readonly runId: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly generation: number;
  readonly silentMs: number;
}

export interface LedgerRefusal extends AnalysisKey {
  readonly outcome: 'refused';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly generation: number | null;
}

export interface StepView {
  readonly step: string;
  readonly instance: string;
  readonly fence: number;
  readonly state: 'running' | 'finished' | 'failed' | 'ended';
  readonly attempts: number;
  readonly worker: string | null;
  readonly remembered: boolean;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly failure: Failure | null;
}

export interface EventView {
  readonly at: Date;
  readonly type: string;
  readonly generation: number | null;
  readonly from: RunState | null;
  readonly to: RunState | null;
  readonly actor: string;
  readonly why: string | null;
}

export interface DuplicateView {
  readonly at: Date;
  readonly requestedBy: string;
  readonly outcome: string;
  readonly generation: number;
  readonly why: string;
}
