/** A part of a timeline, and how its numbers are rounded. */
export interface Segment {
  readonly start_s: number;
  readonly end_s: number;
  readonly duration_s: number;
}

/** Milliseconds are noise below six digits; JSON stays readable. */
export function rounded(value: number, digits = 6): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

/** Times that fall back by mistake make no negative length. */
export function segment(start: number, end: number): Segment {
  return { start_s: rounded(start), end_s: rounded(end), duration_s: rounded(Math.max(0, end - start)) };
}
