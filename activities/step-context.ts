import type { RunChild } from '../media/child.ts';
import type { Infer } from './inference/infer.ts';

/**
 * The seam between the frame and the analyses: what a step implementation is given and what it returns.
 * The frame (activities/frame/) fences, leases, heartbeats, remembers and stores; an implementation only analyses.
 */
export interface StepProgress {
  readonly done: number;
  readonly total?: number;
  readonly unit: string;
}

/** Names one finished attempt of a step instance: its fence number. Small enough to travel through Temporal by the thousand. */
export type OutputRef = number;

export interface StoredArtefact {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Absolute path on this machine. */
  readonly path: string;
}

export interface StepOutput {
  readonly document: unknown;
  readonly artefacts: readonly StoredArtefact[];
  /** What the attempt measured of itself, for the result's `steps`. */
  readonly step: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly ms: number;
  readonly attempts: number;
  /** True when step memory answered and nothing was computed. */
  readonly remembered: boolean;
  /** Then: which run computed it, of this resource or of another one of the same owner. */
  readonly rememberedFrom?: Origin | null;
  /** Of the step, when it computed this. */
  readonly version?: number;
}

export interface Origin {
  readonly resourceId: string;
  readonly generation: number;
  readonly runId: string;
}

export interface PinnedInput {
  /** Absolute real path, opened and checked: a regular file under a configured root. */
  readonly path: string;
  /**
   * The file's own name, for the result; never used to build a path. Remembered steps that do not name the resource
   * (kinds/define.ts `namesResource`) get one of which only the extension is true: a hint of the type.
   */
  readonly name: string;
  readonly bytes: number;
  /** sha256, once the kind's digest step has measured it (else null). */
  readonly sha256: string | null;
  /** Throws in remembered steps that do not name the resource. */
  readonly resourceId: string;
}

export interface SimilarityAsked {
  /** 64 bits each, as 16 hexadecimal digits. */
  readonly phash64: string;
  readonly dhash64: string;
  readonly withinBits: number;
  readonly limit: number;
}

export interface SimilarResource {
  readonly resourceId: string;
  readonly distanceBits: number;
  readonly dhashDistanceBits: number;
}

export interface StepContext {
  /** Throws for a step that declares that it reads no input; the result step has it if any step of the kind does. */
  readonly input: PinnedInput;
  /** For the document of the result step; an output that names it is of no use to another resource. */
  readonly resourceId: string;
  /** Private directory of this attempt; scratch files go here, artefacts where `artefact` says. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Lock file of the accelerator, or undefined for workers without one; goes into ChildSpec.deviceLock. */
  readonly device:
    | { readonly index: number; readonly lock: string; readonly provider: 'cuda' | 'cpu' }
    | undefined;
  readonly tools: {
    readonly ffmpeg: string;
    readonly ffprobe: string;
    readonly node: string;
    /** Folder for compiled code of our own child programs; without one they start more slowly. */
    readonly compiled?: string;
  };
  /** Call on real progress only: it feeds the stall limit and the heartbeat. */
  progress(progress: StepProgress): void;
  /**
   * What an attempt of this instance before this one, on the same bytes, last kept; undefined if there was none, or it
   * could not tell any more. Lost with a reset: it saves work and decides nothing.
   */
  readonly kept: unknown;
  /** Leaves something for the next attempt, should this one be killed: JSON, under 32 kB, newest wins. */
  keep(state: unknown): void;
  /** Declares an artefact and says where to write it. */
  artefact(name: string, mediaType: string): string;
  /**
   * Directory in which to leave files for a later step of this run; made by whoever writes there. They save work and
   * decide nothing: only that step may find them, if it is done soon and in this worker. Null: nobody takes them.
   */
  leave(): string | null;
  /** Where that which a step left now stands, for this attempt alone; null: there is none, or it was taken before. */
  takeOver(ref: OutputRef): Promise<string | null>;
  /** What a finished step of this run left: its document and artefacts. */
  output(ref: OutputRef): Promise<StepOutput>;
  readonly child: RunChild;
  /**
   * Calls `calculate` of a module with the input in a thread of this worker, whose code stays compiled. For
   * numbers alone: what parses a user's file is a child. Input and answer are cloned.
   */
  calculate<Output>(module: URL, input: unknown): Promise<Output>;
  /** Models, and the warm child of this worker that runs them. */
  readonly infer: Infer;
  /** Images of the same owner that look nearly the same, as of now: others may be committed later. Nearest first. */
  similarImages(asked: SimilarityAsked): Promise<readonly SimilarResource[]>;
}

export interface StepResult<Value> {
  /** Small JSON (under 2 kB) that the workflow needs; travels through Temporal. */
  readonly value: Value;
  /** JSON of any size, kept in the ledger; of a kind's result step: the result. */
  readonly document?: unknown;
  /** False: what was skipped, for want of a model, is not remembered; the next run asks again. */
  readonly remember?: boolean;
}

export type StepImplementation<Input = unknown, Value = unknown> = (
  context: StepContext,
  input: Input,
) => Promise<StepResult<Value>>;

/** never: no retry can mend it. backoff: the ledger counts five, then the step fails. poison: two and the input is blamed. */
export type RetryClass = 'never' | 'backoff' | 'poison';

/** Thrown by step implementations for failures they can name. `hint` says what to do next; no absolute paths in either. */
export class StepFailure extends Error {
  readonly code: string;
  readonly hint: string;
  readonly retry: RetryClass;

  constructor(failure: { code: string; message: string; hint: string; retry: RetryClass; cause?: unknown }) {
    super(failure.message, { cause: failure.cause });
    this.name = 'StepFailure';
    this.code = failure.code;
    this.hint = failure.hint;
    this.retry = failure.retry;
  }
}
