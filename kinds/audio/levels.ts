/**
 * Levels of channels, and of all together, with the definitions of ffmpeg's astats. Levels without a unit are shares of
 * full scale; what has no logarithm is null.
 */
import { rounded } from '../segment.ts';
import type { ChannelSums } from './measured.ts';

/** Sums of one channel, or of several as if they were one. */
interface Levels {
  readonly dc_offset: number;
  readonly min_level: number;
  readonly max_level: number;
  readonly min_difference: number;
  readonly max_difference: number;
  readonly mean_difference: number;
  readonly rms_difference: number;
  readonly peak_db: number | null;
  readonly rms_db: number | null;
  readonly rms_peak_db: number | null;
  readonly rms_trough_db: number | null;
  readonly crest_factor_db: number | null;
  readonly flat_factor_db: number | null;
  readonly peak_count: number;
  readonly noise_floor_db: number | null;
  readonly noise_floor_count: number;
  readonly entropy: number;
  readonly bit_depth: number;
  readonly samples: number;
  readonly clipped_samples: number;
  readonly clipped_runs: number;
  readonly longest_clipped_run: number;
  readonly zero_crossings: number;
}

/** `scale`: what decibels are counted against, as a share of the full scale of levels. */
export function levelsOf(channels: readonly ChannelSums[], scale: number): Levels {
  const total = (pick: (one: ChannelSums) => number): number =>
    channels.reduce((sum, one) => sum + pick(one), 0);
  const least = (pick: (one: ChannelSums) => number): number => Math.min(...channels.map(pick));
  const most = (pick: (one: ChannelSums) => number): number => Math.max(...channels.map(pick));
  const mean = (pick: (one: ChannelSums) => number): number => total(pick) / channels.length;

  const samples = total((one) => one.samples);
  const steps = Math.max(1, samples - channels.length);
  const peak =
    Math.max(
      -least((one) => one.min),
      most((one) => one.max),
    ) * scale;
  const rms = Math.sqrt(total((one) => one.squares) / samples);
  const farthest = channels.reduce((sum, one) => (Math.abs(one.sum) > Math.abs(sum) ? one.sum : sum), 0);
  const floors = channels.flatMap((one) => one.noiseFloor ?? []);
  return {
    dc_offset: rounded(farthest / (samples / channels.length)),
    min_level: rounded(
      least((one) => one.min),
      9,
    ),
    max_level: rounded(
      most((one) => one.max),
      9,
    ),
    min_difference: rounded(
      least((one) => one.stepMin ?? 0),
      9,
    ),
    max_difference: rounded(
      most((one) => one.stepMax),
      9,
    ),
    mean_difference: rounded(total((one) => one.steps) / steps, 9),
    rms_difference: rounded(Math.sqrt(total((one) => one.stepSquares) / steps), 9),
    peak_db: decibels(peak),
    rms_db: decibels(rms),
    rms_peak_db: decibels(Math.sqrt(most((one) => one.averageMax))),
    rms_trough_db: decibels(Math.sqrt(least((one) => one.averageMin))),
    crest_factor_db: rms > 0 ? decibels(peak / rms) : null,
    flat_factor_db: decibels(total((one) => one.peakRuns) / total((one) => one.peakCount)),
    peak_count: mean((one) => one.peakCount),
    noise_floor_db: floors.length > 0 ? decibels(Math.min(...floors)) : null,
    noise_floor_count: mean((one) => one.noiseFloorCount),
    entropy: rounded(mean((one) => one.entropy)),
    bit_depth: most((one) => one.bitDepth),
    samples: Math.round(samples / channels.length),
    clipped_samples: total((one) => one.clipped),
    clipped_runs: total((one) => one.clippedRuns),
    longest_clipped_run: most((one) => one.longestRun),
    zero_crossings: total((one) => one.crossings),
  };
}

/** Of a share of full scale; null for nothing. */
export function decibels(level: number): number | null {
  return level > 0 && Number.isFinite(level) ? rounded(20 * Math.log10(level)) : null;
}
