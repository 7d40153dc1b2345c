/**
 * The decisions of PySceneDetect's content detector, with its flash filter in merge mode.
 *
 * 1. A frame is a candidate when its score reaches the threshold.
 * 2. A candidate is a cut when the shortest shot length has passed since the last candidate (since the first frame,
 *    before there was one).
 * 3. After the first cut, candidates that come sooner are merged: once the shortest length has passed without one,
 *    and they spanned at least that length, the last of them is the cut. Otherwise merging goes on.
 */
import { endOfVideo, type FrameColumns, rounded, type Segment, segment } from './frames.ts';
import { timecode } from './timecode.ts';

export interface Shot extends Segment {
  readonly index: number;
  /** Frame numbers from 0; the end is the last frame of the shot. */
  readonly start_frame: number;
  readonly end_frame: number;
  readonly start_timecode: string;
  readonly end_timecode: string;
  /** Content difference at the shot's first frame; null for the first shot, which no cut began. */
  readonly score: number | null;
  /** What the shot began with. */
  readonly transition: 'start' | 'cut' | 'fade';
}

export interface ShotSettings {
  readonly threshold: number;
  readonly minSeconds: number;
}

/** Differences of times are sums of rounded numbers: a frame that is due at exactly the limit must count. */
const TIME_TOLERANCE_S = 1e-6;

/** Frame numbers (from 0) at which a new shot begins; frame 0 is not among them. */
export function findCuts(
  frames: Pick<FrameColumns, 'count' | 'time' | 'score'>,
  settings: ShotSettings,
): readonly number[] {
  const cuts: number[] = [];
  let lastAbove = 0;
  let mergeStart: number | null = null;
  const longEnough = (from: number, to: number): boolean =>
    (frames.time[to] as number) - (frames.time[from] as number) >= settings.minSeconds - TIME_TOLERANCE_S;
  for (let frame = 0; frame < frames.count; frame++) {
    const above = (frames.score[frame] as number) >= settings.threshold;
    const passed = longEnough(lastAbove, frame);
    if (above) lastAbove = frame;
    if (mergeStart !== null) {
      if (!passed || above || !longEnough(mergeStart, lastAbove)) continue;
      mergeStart = null;
      cuts.push(lastAbove);
    } else if (above && passed) {
      cuts.push(frame);
    } else if (above && cuts.length > 0) {
      mergeStart = frame;
    }
  }
  return cuts;
}

/** The shots between the cuts. In `faded` parts a shot begins by a fade, whatever changed most in it. */
export function shotsOf(
  frames: FrameColumns,
  cuts: readonly number[],
  faded: readonly Segment[],
  framesPerSecond: number,
): readonly Shot[] {
  if (frames.count === 0) return [];
  const starts = [0, ...cuts];
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const startTime = frames.time[start] as number;
    const endTime = next === undefined ? endOfVideo(frames) : (frames.time[next] as number);
    const inFade = faded.some((part) => startTime >= part.start_s && startTime <= part.end_s);
    return {
      index,
      ...segment(startTime, endTime),
      start_frame: start,
      end_frame: (next ?? frames.count) - 1,
      start_timecode: timecode(start, framesPerSecond),
      end_timecode: timecode(next ?? frames.count, framesPerSecond),
      score: index === 0 ? null : rounded(frames.score[start] as number, 4),
      transition: index === 0 ? 'start' : inFade ? 'fade' : 'cut',
    };
  });
}
