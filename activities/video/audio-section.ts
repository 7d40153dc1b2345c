import { rounded, type Segment } from '../../kinds/video/frames.ts';
import { LRA_RELIABLE_S, loudnessTargets } from '../../kinds/video/loudness.ts';
import type { AudioResult } from '../../kinds/video/result.ts';
import { ARTEFACTS, type AudioDocument } from './documents.ts';

/** A silence this near to an end of the track counts as its beginning or end. */
const EDGE_S = 0.05;

export function audioSection(audio: AudioDocument): AudioResult {
  const silent = audio.silence.reduce((sum, one) => sum + one.duration_s, 0);
  return {
    stream_index: audio.streamIndex,
    duration_measured_s: audio.duration_s,
    loudness: {
      integrated_lufs: audio.integrated_lufs,
      integrated_reason: audio.integrated_lufs === null ? 'nothing passed the gate of -70 LUFS' : null,
      threshold_lufs: audio.threshold_lufs,
      lra_lu: audio.lra_lu,
      lra_low_lufs: audio.lra_low_lufs,
      lra_high_lufs: audio.lra_high_lufs,
      lra_reliable: audio.duration_s >= LRA_RELIABLE_S,
      momentary_max_lufs: audio.momentary_max_lufs,
      short_term_max_lufs: audio.short_term_max_lufs,
      true_peak_dbtp: audio.true_peak_dbtp,
      sample_peak_dbfs: audio.sample_peak_dbfs,
      short_term_uri: ARTEFACTS.loudness.name,
      dual_mono_offset: false,
      targets: loudnessTargets(audio.integrated_lufs, audio.true_peak_dbtp),
    },
    silence: [...audio.silence],
    silence_detector: { name: 'silencedetect', noise_db: -50, min_duration_s: 0.5 },
    leading_silence_s: edge(audio.silence[0], (one) => one.start_s <= EDGE_S),
    trailing_silence_s: edge(audio.silence.at(-1), (one) => one.end_s >= audio.duration_s - EDGE_S),
    silence_ratio: audio.duration_s > 0 ? rounded(Math.min(1, silent / audio.duration_s), 4) : 0,
  };
}

function edge(silence: Segment | undefined, touches: (silence: Segment) => boolean): number {
  return silence && touches(silence) ? silence.duration_s : 0;
}
