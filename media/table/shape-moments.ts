/** Skewness G1 and excess kurtosis G2 of `n` values, from the sums of the powers of their distances from the mean. */
import { finite } from './plain-number.ts';
import type { Num } from './profile-shape.ts';

/** pandas takes sums below this for zero. */
const NOTHING = 1e-14;

export function skewnessOf(n: number, m2: number, m3: number): Num {
  if (n < 3) return null;
  if (Math.abs(m2) < NOTHING) return 0;
  const third = Math.abs(m3) < NOTHING ? 0 : m3;
  return finite(((n * Math.sqrt(n - 1)) / (n - 2)) * (third / m2 ** 1.5));
}

export function kurtosisOf(n: number, m2: number, m4: number): Num {
  if (n < 4) return null;
  if (Math.abs(m2) < NOTHING) return 0;
  const scale = (n * (n + 1) * (n - 1)) / ((n - 2) * (n - 3));
  return finite(scale * (m4 / (m2 * m2)) - (3 * (n - 1) ** 2) / ((n - 2) * (n - 3)));
}
