/** Which of the channels of a stereo track speech is looked for in. */
import { rounded } from '../segment.ts';

/** A mixdown this far below its channels has lost what they have in common. */
export const CANCELLED_BELOW_DB = -10;

interface Mix {
  readonly method: 'mixdown' | 'loudest_channel';
  readonly channel: number | null;
  readonly mixdown_db: number | null;
}

export function mixOf(power: {
  readonly left: number;
  readonly right: number;
  readonly mixdown: number;
}): Mix {
  const mean = (power.left + power.right) / 2;
  if (mean === 0) return { method: 'mixdown', channel: null, mixdown_db: null };
  // Exact opposites leave nothing at all.
  const mixdown_db = rounded(10 * Math.log10(Math.max(1e-15, power.mixdown / mean)), 2);
  return mixdown_db < CANCELLED_BELOW_DB
    ? { method: 'loudest_channel', channel: power.right > power.left ? 1 : 0, mixdown_db }
    : { method: 'mixdown', channel: null, mixdown_db };
}
