/** What the steps of an audio analysis take and return; all of it travels through Temporal, so all of it is small. */
import type { AudioParams } from './params.ts';

/** What each step depends on; the workflow itself follows `transcript`, and the result is told all. */
export const PROBE_PARAMS = ['track'] as const satisfies readonly (keyof AudioParams)[];
export const LEVELS_PARAMS = [
  'silence_threshold_db',
  'silence_min_s',
] as const satisfies readonly (keyof AudioParams)[];
export const SPEECH_PARAMS = ['speech_threshold'] as const satisfies readonly (keyof AudioParams)[];

/** Fence of a finished step: names its output. */
type Fence = number;

export interface ProbeInput {
  readonly params: Pick<AudioParams, (typeof PROBE_PARAMS)[number]>;
}

export interface ProbeValue {
  /** Index of the analysed stream in the file. */
  readonly stream: number;
  readonly codec: string;
  readonly rate_hz: number;
  readonly channels: number;
  readonly duration_s: number | null;
}

export interface LevelsInput {
  readonly probe: Fence;
  readonly params: Pick<AudioParams, (typeof LEVELS_PARAMS)[number]>;
}

export interface LevelsValue {
  readonly integrated_lufs: number | null;
  readonly duration_s: number;
}

export interface SpectrumInput {
  readonly probe: Fence;
}

export interface SpectrumValue {
  readonly bandwidth_hz: number | null;
}

export interface SpeechInput {
  readonly probe: Fence;
  readonly params: Pick<AudioParams, (typeof SPEECH_PARAMS)[number]>;
}

export interface SpeechValue {
  readonly status: 'ok' | 'skipped';
  readonly reason: string | null;
  readonly speech_s: number | null;
}

export interface TranscriptInput {
  readonly probe: Fence;
  /** Where somebody speaks; all else is left out. */
  readonly speech: Fence;
}

export interface TranscriptValue {
  readonly status: 'ok' | 'skipped';
  readonly reason: string | null;
  readonly words: number;
}

export interface ResultInput {
  readonly probe: Fence;
  readonly levels: Fence;
  readonly spectrum: Fence;
  readonly speech: Fence;
  /** Absent: not asked for. */
  readonly transcript?: Fence;
  readonly params: AudioParams;
}

export interface ResultValue {
  readonly headline: string;
  readonly alerts: number;
}
