import type { StaleReason } from '../policy/admission.ts';
import type { RunState, Trigger } from '../policy/states.ts';
import type { AnalysisKey, Json } from './requests.ts';
import type { ArtefactRow, Failure } from './writes.ts';

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

/** Of the workers of the gpu queue, waiting for their device included. */
export interface GpuUse {
  readonly usedMs: number;
  /** What the remembered steps took when they were computed. */
  readonly savedByMemoryMs: number;
  /** Submits that this run answered; each would have taken what the run took. */
  readonly duplicates: number;
  readonly savedByDuplicatesMs: number;
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
