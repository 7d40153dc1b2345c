/**
 * Times of streams that were joined byte by byte, or recorded over a break: where they jump, they are counted on by the
 * usual distance between frames, as players do.
 */
import { intervalsOf } from './frame-rate.ts';

/** Demuxers of streams that have no beginning: times in them start anew where one follows another. */
export const RESTARTING: readonly string[] = ['mpegts', 'mpeg'];

/** As ffmpeg has it (dts_delta_threshold): a longer step is no pause. */
export const LONGEST_STEP_S = 10;

export interface CountedOn {
  readonly time: Float64Array;
  /** Where the jumps were, in the new times. */
  readonly jumps: readonly number[];
}

export function countedOn(time: Float64Array): CountedOn {
  const usual = Math.max(0, intervalsOf(time)?.median_s ?? 0);
  const jumps: number[] = [];
  let shift = 0;
  const joined = time.map((at, index) => {
    const step = index === 0 ? 0 : at - (time[index - 1] as number);
    const jump = step < 0 || step > LONGEST_STEP_S;
    if (jump) shift += usual - step;
    if (jump) jumps.push(at + shift);
    return at + shift;
  });
  return { time: joined, jumps };
}
