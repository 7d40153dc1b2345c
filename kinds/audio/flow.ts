/** What the steps of an audio analysis take and return; all of it travels through Temporal, so all of it is small. */
import type { AudioParams } from './params.ts';

/** Fence of a finished step: names its output. */
type Fence = number;

export interface ProbeInput {
  readonly params: AudioParams;
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
  readonly params: AudioParams;
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
  readonly params: AudioParams;
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
