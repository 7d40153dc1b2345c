/** Luma, saturation and motion of a video, a point a second. */
import { type FrameColumns, rounded } from './frames.ts';

export interface TimelinePoint {
  /** Whole seconds from the container's start. */
  readonly t_s: number;
  readonly luma_mean: number;
  readonly luma_min: number;
  readonly luma_max: number;
  readonly saturation_mean: number;
  /** Mean absolute luma difference between frames, 0..255. */
  readonly motion: number;
}

export function timelineOf(frames: FrameColumns): readonly TimelinePoint[] {
  const points: TimelinePoint[] = [];
  for (let from = 0; from < frames.count; ) {
    const second = Math.floor(frames.time[from] as number);
    let to = from + 1;
    while (to < frames.count && Math.floor(frames.time[to] as number) === second) to++;
    points.push({ t_s: second, ...summary(frames, from, to) });
    from = to;
  }
  return points;
}

/** The same numbers over a range of frames, `to` not included. */
export function summary(frames: FrameColumns, from: number, to: number): Omit<TimelinePoint, 't_s'> {
  let [luma, saturation, motion, least, most] = [0, 0, 0, 255, 0];
  for (let frame = from; frame < to; frame++) {
    luma += frames.luma[frame] as number;
    saturation += frames.saturation[frame] as number;
    motion += frames.motion[frame] as number;
    least = Math.min(least, frames.lumaMin[frame] as number);
    most = Math.max(most, frames.lumaMax[frame] as number);
  }
  const count = Math.max(1, to - from);
  return {
    luma_mean: rounded(luma / count, 3),
    luma_min: least,
    luma_max: most,
    saturation_mean: rounded(saturation / count, 3),
    motion: rounded(motion / count, 3),
  };
}
