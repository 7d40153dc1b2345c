/** What the steps of a video analysis take and return; all of it travels through Temporal, so all of it is small. */
import type { VideoParams } from './params.ts';

/** What each step depends on; the workflow itself follows the switches, and the result is told all. */
export const PROBE_PARAMS = ['chunk_s'] as const satisfies readonly (keyof VideoParams)[];
export const SHOT_PARAMS = [
  'shot_threshold',
  'shot_min_s',
  'scene_similarity',
] as const satisfies readonly (keyof VideoParams)[];

/** Fence of a finished step: names its output. */
type Fence = number;

export interface ProbeInput {
  readonly params: Pick<VideoParams, (typeof PROBE_PARAMS)[number]>;
}

export interface ProbeValue {
  readonly chunks: number;
  readonly hasAudio: boolean;
  readonly duration_s: number;
  readonly width_px: number;
  readonly height_px: number;
  readonly codec: string;
}

export interface ChunkInput {
  readonly probe: Fence;
  /** Index from 0 in the probe's plan. */
  readonly chunk: number;
}

export interface ChunkValue {
  readonly frames: number;
  readonly decodeErrors: number;
  /** What decoded: NVDEC or the processor. */
  readonly provider: 'cuda' | 'cpu';
}

export interface AudioInput {
  readonly probe: Fence;
}

export interface AudioValue {
  readonly integrated_lufs: number | null;
}

export interface KeyframesInput {
  readonly probe: Fence;
  readonly chunks: readonly Fence[];
  readonly params: Pick<VideoParams, (typeof SHOT_PARAMS)[number]>;
}

export interface KeyframesValue {
  readonly shots: number;
  readonly images: number;
}

export interface TextInput {
  readonly keyframes: Fence;
}

export interface TextValue {
  readonly status: 'ok' | 'skipped';
  readonly spans: number;
}

export interface SpeechInput {
  readonly probe: Fence;
}

export interface SpeechValue {
  readonly status: 'ok' | 'skipped';
  readonly segments: number;
}

export interface TranscriptInput {
  readonly probe: Fence;
  /** Where somebody speaks; all else is left out. */
  readonly speech: Fence;
}

export interface TranscriptValue {
  readonly status: 'ok' | 'skipped';
  readonly words: number;
}

export interface ObjectsInput {
  readonly keyframes: Fence;
}

export interface ObjectsValue {
  readonly status: 'ok' | 'skipped';
  readonly objects: number;
}

export interface ResultInput {
  readonly probe: Fence;
  readonly chunks: readonly Fence[];
  readonly audio: Fence | null;
  readonly keyframes: Fence;
  /** Null: not asked for. */
  readonly text: Fence | null;
  /** Null without an audio track. */
  readonly speech: Fence | null;
  /** Absent: not asked for, or there is no audio track. */
  readonly transcript?: Fence;
  /** Absent: not asked for. */
  readonly objects?: Fence;
  readonly params: VideoParams;
}

export interface ResultValue {
  readonly headline: string;
  readonly shots: number;
  readonly alerts: number;
}

/** One input for each chunk of the plan. */
export function chunkInputs(probe: Fence, value: ProbeValue): readonly ChunkInput[] {
  return Array.from({ length: value.chunks }, (_, chunk) => ({ probe, chunk }));
}
