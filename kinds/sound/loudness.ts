/** Loudness of a programme against what broadcasters and platforms ask for. */
import { rounded } from '../segment.ts';

export const LOUDNESS_TARGETS = {
  ebu_r128: { target_lufs: -23, tolerance_lu: 0.5, max_true_peak_dbtp: -1 },
  streaming: { target_lufs: -14, tolerance_lu: 1, max_true_peak_dbtp: -1 },
  podcast: { target_lufs: -16, tolerance_lu: 1, max_true_peak_dbtp: -1 },
} as const;

/** What ffmpeg prints as integrated loudness when nothing passes the gate. */
const GATE_FLOOR_LUFS = -70;
/** The shelf of the K weighting lies at 1.7 kHz: with fewer samples a second the filter is not stable. */
export const MIN_LOUDNESS_RATE_HZ = 4_000;
/** Why the loudness of some sound is not defined. */
export const UNWEIGHTED = {
  slow: 'the sample rate is below 4 kHz',
  unplaced: 'where the channels stand is not known',
} as const;
/** EBU Tech 3342: loudness range means little on shorter programmes. */
export const LRA_RELIABLE_S = 60;

export interface LoudnessTarget {
  readonly target_lufs: number;
  /** Gain that brings the programme to the target. */
  readonly gain_db: number;
  /** Whether it meets the target now, true peak included. */
  readonly pass: boolean;
}

/** Null when nothing passes the gate: silence has no loudness, and -70 is no measurement. */
export function integratedOf(printed: number | null): number | null {
  return printed === null || printed <= GATE_FLOOR_LUFS ? null : rounded(printed, 3);
}

export function loudnessTargets(
  integrated: number | null,
  truePeak: number | null,
): Readonly<Record<keyof typeof LOUDNESS_TARGETS, LoudnessTarget>> | null {
  if (integrated === null) return null;
  const judge = (name: keyof typeof LOUDNESS_TARGETS): LoudnessTarget => {
    const goal = LOUDNESS_TARGETS[name];
    const gain = goal.target_lufs - integrated;
    const peakFits = truePeak === null || truePeak <= goal.max_true_peak_dbtp;
    return {
      target_lufs: goal.target_lufs,
      gain_db: rounded(gain, 3),
      pass: Math.abs(gain) <= goal.tolerance_lu && peakFits,
    };
  };
  return { ebu_r128: judge('ebu_r128'), streaming: judge('streaming'), podcast: judge('podcast') };
}
