/** What a caller may set for an audio analysis; everything has a default. Checked by params-schema.ts at the edges. */
export interface AudioParams {
  /** Which of the file's audio tracks, counted from 0. */
  readonly track?: number;
  /** Sound below this level is silence. */
  readonly silence_threshold_db?: number;
  /** Shortest silence that counts. */
  readonly silence_min_s?: number;
  /** Probability from which on a window of 32 ms begins speech. */
  readonly speech_threshold?: number;
  /** Whether what is said is written down; off, since no model for it comes along. */
  readonly transcript?: 'off' | 'on';
}

export interface AudioSettings {
  readonly track: number;
  readonly silence: { readonly noise_db: number; readonly min_duration_s: number };
  readonly speechThreshold: number;
  readonly transcribes: boolean;
}

export function audioSettings(params: AudioParams): AudioSettings {
  return {
    track: params.track ?? 0,
    silence: { noise_db: params.silence_threshold_db ?? -50, min_duration_s: params.silence_min_s ?? 0.5 },
    speechThreshold: params.speech_threshold ?? 0.5,
    transcribes: params.transcript === 'on',
  };
}
