import type { StaleReason } from '../policy/admission.ts';
import type { RunState, Trigger } from '../policy/states.ts';
import type { AnalysisKey, Json, MadeWith } from './requests.ts';
import type { ArtefactRow, Failure, Origin } from './writes.ts';

/** What the ledger shows to readers. */

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
  /** What it was asked for with, defaults filled in. */
  readonly params: { readonly [key: string]: Json };
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
  /** Null where it was not asked for: `get` and `runs` of the client do. */
  readonly gpuSeconds: GpuSeconds | null;
}

/** Time of attempts on the gpu queue, in seconds. */
export interface GpuSeconds {
  /** All attempts of the run, also those that failed. */
  readonly used: number;
  /** What the attempts had used whose outputs step memory gave to this run. */
  readonly savedByMemory: number;
  /** What this run used, once for each submit that was answered with it and started nothing. */
  readonly savedByDuplicates: number;
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
  /** Versions and models of the steps that went into it; null: not on record. */
  readonly madeWith: MadeWith | null;
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
  /** As Postgres writes it: a Date would drop the microseconds, and a page would begin in the wrong place. */
  readonly startedAt: string;
  readonly silentMs: number;
}

export interface StepView {
  readonly step: string;
  readonly instance: string;
  readonly fence: number;
  readonly state: 'running' | 'finished' | 'failed' | 'ended';
  readonly attempts: number;
  readonly worker: string | null;
  readonly remembered: boolean;
  readonly rememberedFrom: Origin | null;
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

/** 64 bits each, as 16 hexadecimal digits. */
export interface ImageHashes {
  readonly phash64: string;
  readonly dhash64: string;
}

export interface SimilarAsked extends AnalysisKey, ImageHashes {
  /** Of the 64 bits of phash64; at most 7. */
  readonly withinBits: number;
  readonly limit: number;
}

export interface SimilarImage {
  readonly resourceId: string;
  /** Bits in which the perceptual hashes differ. */
  readonly distanceBits: number;
  readonly dhashDistanceBits: number;
}
