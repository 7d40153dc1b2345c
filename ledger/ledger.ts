import type { PoolClient } from 'pg';
import type {
  Actor,
  AnalysisKey,
  Answer,
  Dispatch,
  LedgerRefusal,
  ListFilter,
  Source,
  SubmitRequest,
} from './requests.ts';
import type {
  AnalysisView,
  DuplicateView,
  EventView,
  GpuSeconds,
  ImageHashes,
  QueueView,
  ResultView,
  RunView,
  SilentRun,
  SimilarAsked,
  SimilarImage,
  StepView,
} from './views.ts';
import type {
  AttemptFailureVerdict,
  AttemptOutput,
  BeginRequest,
  BeginVerdict,
  ClaimRequest,
  ClaimVerdict,
  CloseVerdict,
  CommitRequest,
  CommitVerdict,
  Failure,
  FinishRequest,
  TemporalRun,
} from './writes.ts';

import type { CleanMode, ForgottenCalls, Keep, KeepCalls, StoredFile } from './cleaning.ts';

export type * from './cleaning.ts';
export type * from './requests.ts';
export type * from './views.ts';
export type * from './writes.ts';

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
export interface Ledger {
  // --- admission
  submit(requests: readonly SubmitRequest[]): Promise<readonly (Answer | LedgerRefusal)[]>;
  /** Inside the caller's own transaction; nothing is dispatched before the caller commits. */
  submitInTransaction(client: PoolClient, request: SubmitRequest): Promise<Answer>;
  // --- resources
  /** `seen`: only if `resourceState` is that still, else answers with what there is. */
  putResource(resourceId: string, source: Source, by: Actor, seen?: string): Promise<{ incarnation: number }>;
  /** Differs after each put and each deletion. */
  resourceState(resourceId: string): Promise<string>;
  /** This incarnation, which a newer one has no part in; absent: whichever there is by then. */
  deleteResource(resourceId: string, by: Actor, incarnation?: number): Promise<{ deleted: boolean }>;
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
  /** What was computed under this key (step, version, params, digests of all inputs) for this owner. */
  remember(memoryKey: string, owner: string): Promise<AttemptOutput | null>;
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
  /** Puts on record who asked Temporal for the reset that made this run, and why. */
  noteReset(key: AnalysisKey, temporalRunId: string, by: Actor, reason: string | null): Promise<void>;
  /** Of this generation, which a newer one has no part in; absent: of the newest run, whichever that is by then. */
  requestCancel(
    key: AnalysisKey,
    by: Actor,
    reason: string | null,
    generation?: number,
  ): Promise<null | RunView>;
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
  /**
   * Running runs without a sign of life (attempt, progress, claim) for this long: the oldest ones, or those that follow
   * `after`, the last of the page before.
   */
  silentRuns(olderThanMs: number, limit: number, after?: SilentRun): Promise<readonly SilentRun[]>;
  /** The same of one run; null if it is not silent. */
  silentRun(olderThanMs: number, runId: string): Promise<SilentRun | null>;
  /**
   * What Temporal says of a running row's own Temporal run; nothing changes if the row moved on meanwhile. Unknown to
   * Temporal: dispatched again, after three times failed with LOST. Cancelled only once no attempt is alive or leased.
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
  /** In the order asked; nothing for an unknown run. */
  gpuSeconds(runIds: readonly string[]): Promise<readonly GpuSeconds[]>;
  // --- cleaning: see operations/clean.ts and operations/forget-calls.ts
  forgetCalls(keep: KeepCalls, mode: CleanMode): Promise<ForgottenCalls>;
  forget(keep: Keep, mode: CleanMode): Promise<number>;
  releaseFiles(files: readonly StoredFile[], keep: Keep, mode: CleanMode): Promise<readonly string[]>;
  // --- images that look alike
  /** Hashes of the standing result; null where it has none. */
  imageHashes(key: AnalysisKey): Promise<ImageHashes | null>;
  /** Images of the same owner, nearest first; all of those within seven bits, however many there are to look among. */
  similarImages(asked: SimilarAsked): Promise<readonly SimilarImage[]>;
  close(): Promise<void>;
}
