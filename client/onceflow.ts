import type { PoolClient } from 'pg';
import type {
  AnalysisView,
  Answer as LedgerAnswer,
  DuplicateView,
  EventView,
  ForgottenCalls,
  ListFilter,
  ResultView,
  RunView,
  SimilarImage,
  Source,
  StepView,
} from '../ledger/ledger.ts';
import type { OnDuplicate } from '../policy/admission.ts';
import type { RunState } from '../policy/states.ts';
import type { AnyKind, ParamsOf, ResultOf } from './analysis-types.ts';
import type { OnceflowError } from './errors.ts';
import type { KindEntry } from './kinds.ts';

/** Names one analysis, or one run of it. An answer of `submit` is one too, and names its generation. */
export type AnalysisRef<Kind extends string = AnyKind> =
  | { readonly kind: Kind; readonly resourceId: string; readonly generation?: number }
  | { readonly workflowId: string }
  | { readonly runId: string };

export interface SubmitOptions<Kind extends string = AnyKind> {
  /**
   * Where the bytes are, as a path or a source; what starts puts the resource with it, a follow-up (`coalesce`) when it
   * starts. Absent: it must exist, unless the kind reads no bytes.
   */
  readonly source?: string | Source;
  readonly params?: Partial<ParamsOf<Kind>>;
  /** Default: the kind's policy decides. */
  readonly onDuplicate?: OnDuplicate;
  /** Why a second run is wanted; kept in the audit trail. */
  readonly reason?: string;
  /** 1 (first) to 5; default 3. */
  readonly priority?: number;
  /** Who asks, if not the actor declared at `connect`. */
  readonly requestedBy?: string;
  /** The same key gives the first answer again, until a `clean` forgets it. Default: a random one, so that a lost answer starts nothing twice. */
  readonly idempotencyKey?: string;
  /** Nothing is taken from step memory. */
  readonly fromScratch?: boolean;
}

export type SubmitItem<Kind extends string = AnyKind> = SubmitOptions<Kind> & {
  readonly kind: Kind;
  readonly resourceId: string;
};

/** A committed result; `document` is what the kind's schema describes. */
export type AnalysisResult<Kind extends string = AnyKind> = Omit<ResultView, 'document'> & {
  readonly kind: Kind;
  readonly resourceId: string;
  readonly document: ResultOf<Kind>;
};

export type Answer<Kind extends string = AnyKind> = Omit<LedgerAnswer, 'kind'> & {
  readonly kind: Kind;
  /** `<kind>:<resourceId>`. */
  readonly analysis: string;
  /** With `outcome: 'completed'`: the result that stands. */
  readonly result?: AnalysisResult<Kind>;
};

export interface Refused {
  readonly outcome: 'refused';
  readonly kind: string;
  readonly resourceId: string;
  readonly error: OnceflowError;
}

export interface WaitOptions {
  /** Longest wait; then TIMEOUT. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What `watch` yields: first what is, then each change; the last one has a closed state. */
export interface Update {
  readonly type: 'state' | 'progress';
  readonly kind: string;
  readonly resourceId: string;
  readonly generation: number;
  readonly runId: string;
  readonly state: RunState;
  readonly why: string | null;
  readonly progress: RunView['progress'];
  readonly waiting: RunView['waiting'];
  readonly failure: RunView['failure'];
}

/** Where a reset goes back to. `last`: the last point before the result is committed. */
export type ResetPoint =
  | 'first'
  | 'last'
  | { readonly step: string }
  /** A workflow task event of the history, as the Temporal UI numbers it. */
  | { readonly eventId: number };

export interface ResetOptions {
  /** Default `first`. */
  readonly to?: ResetPoint;
  readonly reason?: string;
}

export interface Reset {
  readonly workflowId: string;
  /** The Temporal run that the reset made. */
  readonly temporalRunId: string;
  /** Its generation, once it has reported to the ledger; null if no worker took it up within ten seconds. */
  readonly run: RunView | null;
}

export interface Cancelled {
  /** False: there was nothing left to cancel; `run` says how it had ended. */
  readonly requested: boolean;
  readonly run: RunView;
}

export interface RerunOptions<Kind extends string = AnyKind>
  extends Omit<SubmitOptions<Kind>, 'onDuplicate'> {}

export interface SimilarOptions {
  /** Most bits of 64 in which the perceptual hashes may differ: 0 to 7, default 6. */
  readonly withinBits?: number;
  /** Default 100. */
  readonly limit?: number;
}

export interface ResourceView {
  readonly resourceId: string;
  readonly incarnation: number;
  readonly owner: string;
  readonly source: Source;
  readonly deletedAt: Date | null;
  readonly putAt: Date;
}

export interface Resources {
  /** Registers where the bytes are. After a delete this opens a new incarnation. */
  put(resourceId: string, source: string | Source): Promise<{ readonly incarnation: number }>;
  /** Null: never put. A deleted one has `deletedAt`. */
  get(resourceId: string): Promise<ResourceView | null>;
  /** Revokes what runs on it; leaves a tombstone. False: there was nothing to delete. */
  delete(resourceId: string): Promise<{ readonly deleted: boolean }>;
}

export interface CleanOptions {
  /** Absolute path of the store of artefacts: `artefacts/` below the data directory of the workers. */
  readonly store: string;
  /** Changes nothing and says what would be removed. */
  readonly dryRun?: boolean;
  /** Closed runs and unused step memory are kept for so many days. Default 30. */
  readonly keepDays?: number;
  /**
   * Idempotency keys, submits that started nothing, refused writes and workers that are gone are kept for so many days;
   * a key also as long as its analysis has an open run. Default 30.
   */
  readonly keepCallsDays?: number;
}

export interface Cleaned {
  /** Files removed, relative to the store. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Entries of step memory that nobody needs any more. */
  readonly memoryEntries: number;
  /** Records of calls and workers. */
  readonly calls: ForgottenCalls;
  /** What lies in the store and is nothing that an attempt could have written; never touched. */
  readonly strange: readonly string[];
}

/** Every method throws OnceflowError, and nothing else but what an AbortSignal brings. */
export interface Onceflow {
  /** Starts the analysis, or answers with the run or the result that is there already; `why` says which and why. */
  submit<const Kind extends AnyKind>(
    kind: Kind,
    resourceId: string,
    options?: SubmitOptions<Kind>,
  ): Promise<Answer<Kind>>;
  /**
   * Many in few transactions. Answers come in the order asked; one that is refused, also because another transaction
   * holds its analysis, stops none of the others. Arguments are checked first: INVALID_ARGUMENT of one starts nothing.
   */
  submitMany(items: readonly SubmitItem[]): Promise<readonly (Answer | Refused)[]>;
  /**
   * Inside the caller's own transaction, on the ledger's database. The analysis starts after the caller's commit, by a
   * relay; rolled back, it never was.
   */
  submitInTransaction<const Kind extends AnyKind>(
    client: PoolClient,
    kind: Kind,
    resourceId: string,
    options?: SubmitOptions<Kind>,
  ): Promise<Answer<Kind>>;
  /** Runs a failed or cancelled one again, with the authority and, unless others are given, the params that it had. */
  retry(ref: AnalysisRef, options?: RerunOptions): Promise<Answer>;
  /** Runs it again although it is completed, with the params that it had unless others are given; a no-repeat kind needs the operator role and a reason. */
  rerun(ref: AnalysisRef, options?: RerunOptions): Promise<Answer>;
  /** An operator's rerun from a point in the history: the steps before it are kept. */
  reset(ref: AnalysisRef, options?: ResetOptions): Promise<Reset>;
  /** An unclaimed run is closed at once, a running one ends its children first: `watch` tells when. */
  cancel(ref: AnalysisRef, options?: { readonly reason?: string }): Promise<Cancelled>;

  /** State of the newest run and the newest good result, which may be an earlier run's. Null: never submitted. */
  get(ref: AnalysisRef): Promise<AnalysisView | null>;
  /** Waits for the generation that the answer names (else: the newest), or the one that a reset put in its place. */
  result<const Kind extends AnyKind>(
    ref: AnalysisRef<Kind>,
    options?: WaitOptions,
  ): Promise<AnalysisResult<Kind>>;
  /** Ends after the closed state of that generation, or of the one that a reset put in its place. */
  watch(ref: AnalysisRef, options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<Update>;
  list(
    filter?: ListFilter,
  ): Promise<{ readonly items: readonly AnalysisView[]; readonly cursor: string | null }>;
  /** All runs of the analysis, newest first. */
  runs(ref: AnalysisRef): Promise<readonly RunView[]>;
  /** Steps of the run, or of the newest run. */
  steps(ref: AnalysisRef): Promise<readonly StepView[]>;
  /** The audit trail. */
  events(ref: AnalysisRef, options?: { readonly limit?: number }): Promise<readonly EventView[]>;
  /** Submits that started nothing: who asked, when, and what was answered. */
  duplicates(ref: AnalysisRef, options?: { readonly limit?: number }): Promise<readonly DuplicateView[]>;

  /**
   * Images of the same owner that look nearly the same as this one, nearest first, as of now. Throws NOT_COMPARABLE
   * where the standing result has nothing to compare by.
   */
  similar(ref: AnalysisRef, options?: SimilarOptions): Promise<readonly SimilarImage[]>;

  readonly resources: Resources;
  /**
   * Removes artefacts that no standing result, retained run or entry of step memory needs. Fail-closed: what the ledger
   * does not know, and whatever is younger than an hour, stays. Needs the operator role.
   */
  clean(options: CleanOptions): Promise<Cleaned>;
  /** Every kind that this client knows, built in or not. */
  readonly kinds: readonly KindEntry[];
  /** Address of the Temporal UI, when the embedded stack serves one. */
  readonly temporalUiUrl: string | undefined;
  close(): Promise<void>;
}
