/** Loudness and silence as a result tells them. */
import type { z } from 'zod';
import { rounded, type Segment } from '../../kinds/segment.ts';
import { LRA_RELIABLE_S, loudnessTargets } from '../../kinds/sound/loudness.ts';
import type { loudnessSchema, SilenceSection } from '../../kinds/sound/schema.ts';
import type { Programme } from './readers.ts';

/** A silence this near to an end of the track counts as its beginning or end. */
const EDGE_S = 0.05;

/** R128 measures blocks of this length. */
const GATING_BLOCK_S = 0.4;

const NOT_MEASURED: Programme = {
  integrated_lufs: null,
  threshold_lufs: null,
  lra_lu: null,
  lra_low_lufs: null,
  lra_high_lufs: null,
  momentary_max_lufs: null,
  short_term_max_lufs: null,
  true_peak_dbtp: null,
  sample_peak_dbfs: null,
};

export function loudnessSection(
  programme: Programme | null,
  durationSeconds: number,
  uri: string,
  unweighted: string | null = null,
): z.infer<typeof loudnessSchema> {
  const measured = programme ?? NOT_MEASURED;
  const short = durationSeconds < GATING_BLOCK_S;
  const reason = short ? 'the sound is shorter than 0.4 s' : 'nothing passed the gate of -70 LUFS';
  return {
    integrated_lufs: measured.integrated_lufs,
    integrated_reason: measured.integrated_lufs === null ? (unweighted ?? reason) : null,
    threshold_lufs: measured.threshold_lufs,
    lra_lu: measured.lra_lu,
    lra_low_lufs: measured.lra_low_lufs,
    lra_high_lufs: measured.lra_high_lufs,
    lra_reliable: durationSeconds >= LRA_RELIABLE_S,
    momentary_max_lufs: measured.momentary_max_lufs,
    short_term_max_lufs: measured.short_term_max_lufs,
    true_peak_dbtp: measured.true_peak_dbtp,
    sample_peak_dbfs: measured.sample_peak_dbfs,
    short_term_uri: uri,
    dual_mono_offset: false,
    targets: loudnessTargets(measured.integrated_lufs, measured.true_peak_dbtp),
  };
}

/** The part of a track that silence takes; times are those of `track`. */
export function silenceSection(
  silence: readonly Segment[],
  track: { readonly start_s: number; readonly end_s: number },
  detector: { readonly noise_db: number; readonly min_duration_s: number },
): SilenceSection {
  const silent = silence.reduce((sum, one) => sum + one.duration_s, 0);
  const length = track.end_s - track.start_s;
  return {
    silence: [...silence],
    silence_detector: { name: 'silencedetect', ...detector },
    leading_silence_s: edge(silence[0], (one) => one.start_s <= track.start_s + EDGE_S),
    trailing_silence_s: edge(silence.at(-1), (one) => one.end_s >= track.end_s - EDGE_S),
    silence_ratio: length > 0 ? rounded(Math.min(1, silent / length), 4) : 0,
  };
}

function edge(silence: Segment | undefined, touches: (silence: Segment) => boolean): number {
  return silence && touches(silence) ? silence.duration_s : 0;
}
