/** What the two channels of a stereo track have to do with each other. */
import { rounded } from '../segment.ts';
import type { MeasuredLevels } from './measured.ts';

export const STEREO = {
  /** A difference this far below the sound is that of rounding and coding. */
  dual_mono_below_db: -50,
  /** A sum this far below the sound leaves nothing to hear in mono. */
  inverted_below_db: -15,
  /** A channel is dead below the first while another is above the second. */
  dead_below_db: -80,
  alive_above_db: -60,
} as const;

export interface StereoSection {
  /** 1: the same, 0: nothing in common, -1: inverted. Null where a channel is silent. */
  readonly correlation: number | null;
  /** Power of left over right; null where a channel is silent. */
  readonly balance_db: number | null;
  /** Power of (left + right) / 2 and of (left - right) / 2 against the mean of the channels; null for nothing left. */
  readonly mid_db: number | null;
  readonly side_db: number | null;
  readonly dual_mono: boolean;
  readonly phase_inverted: boolean;
}

export function stereoOf(sums: NonNullable<MeasuredLevels['stereo']>): StereoSection {
  const { leftSquares, rightSquares, products } = sums;
  const power = (leftSquares + rightSquares) / 2;
  const against = (squares: number): number | null =>
    power > 0 && squares > 0 ? rounded(10 * Math.log10(squares / 4 / power), 3) : null;
  const [mid, side] = [against(sums.sumSquares), against(sums.differenceSquares)];
  const both = leftSquares > 0 && rightSquares > 0;
  const below = (level: number | null, limit: number): boolean =>
    both && (level ?? Number.NEGATIVE_INFINITY) < limit;
  return {
    correlation: both ? within(rounded(products / Math.sqrt(leftSquares * rightSquares), 6)) : null,
    balance_db: both ? rounded(10 * Math.log10(leftSquares / rightSquares), 3) : null,
    mid_db: mid,
    side_db: side,
    dual_mono: below(side, STEREO.dual_mono_below_db),
    phase_inverted: below(mid, STEREO.inverted_below_db),
  };
}

function within(correlation: number): number {
  return Math.max(-1, Math.min(1, correlation));
}

/** Numbers of the channels that are silent while another sounds; the channel for deep effects may be. */
export function deadChannels(rms: readonly (number | null)[], layout: string | null): readonly number[] {
  const levels = rms.map((level) => level ?? Number.NEGATIVE_INFINITY);
  if (Math.max(...levels) < STEREO.alive_above_db) return [];
  const effects = effectsChannel(layout);
  return levels.flatMap((level, channel) =>
    level < STEREO.dead_below_db && channel !== effects ? [channel] : [],
  );
}

/** As ffmpeg orders channels. */
function effectsChannel(layout: string | null): number | null {
  const found = /^(\d)\.1/.exec(layout ?? '');
  return found ? Math.min(Number(found[1]), 3) : null;
}
