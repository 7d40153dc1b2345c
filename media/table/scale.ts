/** What statistics of a column count from: doubles round whole numbers beyond 2^53, but not what these differ in. */
import type { Cell } from './engine.ts';
import { finite, plain } from './plain-number.ts';
import type { Num } from './profile-shape.ts';

export const AS_DOUBLE = 'CAST(v AS DOUBLE)';

export interface Scale {
  /** The least value where values are large and near each other, else 0. */
  readonly from: bigint;
  /** SQL for how far the value `v` is from there, a double. */
  readonly x: string;
}

export function scaleOf(min: Cell, max: Cell): Scale {
  const asDouble: Scale = { from: 0n, x: AS_DOUBLE };
  if (typeof min !== 'bigint' || typeof max !== 'bigint') return asDouble;
  const large = typeof plain(min) === 'string' || typeof plain(max) === 'string';
  if (!large || typeof plain(max - min) === 'string') return asDouble;
  return { from: min, x: `CAST(CAST(v AS HUGEINT) - CAST('${min}' AS HUGEINT) AS DOUBLE)` };
}

export function distanceOf({ from }: Scale, value: Cell): number {
  return Number(typeof value === 'bigint' ? value - from : value);
}

/** The value at a distance, as the result has it: beyond 2^53 the nearest whole number. */
export function valueAt(from: bigint, distance: number): Num {
  if (from === 0n) return finite(distance);
  const whole = Math.round(distance);
  const nearest = plain(from + BigInt(whole));
  if (typeof nearest === 'string') return nearest;
  const zero = plain(from);
  return typeof zero === 'number' ? zero + distance : Number(nearest) + (distance - whole);
}
