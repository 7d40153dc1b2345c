/** Whether the distance between frames varies, from the times of the frames themselves. */
export interface FrameIntervals {
  readonly min_s: number;
  readonly median_s: number;
  readonly max_s: number;
  readonly is_vfr: boolean;
}

/** Containers with millisecond clocks round 41.67 to 41 or 42: that is no variable rate. */
const ROUNDING_S = 0.002;
const TOLERATED_SHARE = 0.005;

/** Null for fewer than two frames. */
export function intervalsOf(time: Float64Array): FrameIntervals | null {
  if (time.length < 2) return null;
  const intervals = new Float64Array(time.length - 1);
  for (let i = 0; i < intervals.length; i++) intervals[i] = (time[i + 1] as number) - (time[i] as number);
  intervals.sort();
  const median = intervals[intervals.length >> 1] as number;
  const allowed = Math.max(ROUNDING_S, median * 0.05);
  const odd = intervals.reduce((count, one) => count + (Math.abs(one - median) > allowed ? 1 : 0), 0);
  return {
    min_s: intervals[0] as number,
    median_s: median,
    max_s: intervals[intervals.length - 1] as number,
    is_vfr: odd > Math.max(1, intervals.length * TOLERATED_SHARE),
  };
}
