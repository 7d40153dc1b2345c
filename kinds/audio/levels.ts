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
  const of = over(channels);
  const samples = of.total((one) => one.samples);
  const peak =
    Math.max(
      -of.least((one) => one.min),
      of.most((one) => one.max),
    ) * scale;
  const rms = Math.sqrt(of.total((one) => one.squares) / samples);
  const floors = channels.flatMap((one) => one.noiseFloor ?? []);
  return {
    ...swing(channels, samples),
    peak_db: decibels(peak),
    rms_db: decibels(rms),
    rms_peak_db: decibels(Math.sqrt(of.most((one) => one.averageMax))),
    rms_trough_db: decibels(Math.sqrt(of.least((one) => one.averageMin))),
    crest_factor_db: rms > 0 ? decibels(peak / rms) : null,
    flat_factor_db: decibels(of.total((one) => one.peakRuns) / of.total((one) => one.peakCount)),
    peak_count: of.mean((one) => one.peakCount),
    // As astats says it of all channels: the loudest floor of them.
    noise_floor_db: floors.length > 0 ? decibels(Math.max(...floors)) : null,
    noise_floor_count: of.mean((one) => one.noiseFloorCount),
    entropy: rounded(of.mean((one) => one.entropy)),
    bit_depth: of.most((one) => one.bitDepth),
    samples: Math.round(samples / channels.length),
    clipped_samples: of.total((one) => one.clipped),
    clipped_runs: of.total((one) => one.clippedRuns),
    longest_clipped_run: of.most((one) => one.longestRun),
    zero_crossings: of.total((one) => one.crossings),
  };
}

type Swing = Pick<
  Levels,
  | 'dc_offset'
  | 'min_level'
  | 'max_level'
  | 'min_difference'
  | 'max_difference'
  | 'mean_difference'
  | 'rms_difference'
>;

/** Where samples lie, and how far it is from one to the next: to a thousandth of a step of 32 bits. */
function swing(channels: readonly ChannelSums[], samples: number): Swing {
  const of = over(channels);
  const steps = Math.max(1, samples - channels.length);
  const farthest = channels.reduce((sum, one) => (Math.abs(one.sum) > Math.abs(sum) ? one.sum : sum), 0);
  return {
    dc_offset: rounded(farthest / (samples / channels.length)),
    min_level: rounded(
      of.least((one) => one.min),
      12,
    ),
    max_level: rounded(
      of.most((one) => one.max),
      12,
    ),
    min_difference: rounded(
      of.least((one) => one.stepMin ?? 0),
      12,
    ),
    max_difference: rounded(
      of.most((one) => one.stepMax),
      12,
    ),
    mean_difference: rounded(of.total((one) => one.steps) / steps, 12),
    rms_difference: rounded(Math.sqrt(of.total((one) => one.stepSquares) / steps), 12),
  };
}

type Measure = (one: ChannelSums) => number;

function over(channels: readonly ChannelSums[]) {
  const total = (pick: Measure): number => channels.reduce((sum, one) => sum + pick(one), 0);
  return {
    total,
    mean: (pick: Measure): number => total(pick) / channels.length,
    least: (pick: Measure): number => Math.min(...channels.map(pick)),
    most: (pick: Measure): number => Math.max(...channels.map(pick)),
  };
}

/** Of a share of full scale; null for nothing. */
function decibels(level: number): number | null {
  return level > 0 && Number.isFinite(level) ? rounded(20 * Math.log10(level)) : null;
}
