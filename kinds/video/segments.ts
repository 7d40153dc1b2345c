/** Black, frozen and faded parts of a video, from measurements of its frames. */
import { type FrameColumns, rounded, type Segment, segment } from './frames.ts';

export const BLACK = { pixel_threshold: 0.1, picture_ratio: 0.98, min_duration_s: 0.1 } as const;
export const FREEZE = { noise_db: -60, min_duration_s: 0.5 } as const;
export const FADE = { min_duration_s: 0.2, min_luma_change: 12, max_step_share: 0.5 } as const;

const TIME_TOLERANCE_S = 1e-6;
/** More than rounding, less than a frame. */
const EDGE_S = 0.001;

/** As ffmpeg's blackdetect: from the first black frame to the first that is not, at the end to the last frame. */
export function findBlack(
  frames: FrameColumns,
  minSeconds: number = BLACK.min_duration_s,
): readonly Segment[] {
  const found: Segment[] = [];
  let start: number | null = null;
  const close = (end: number): void => {
    if (start !== null && end - start >= minSeconds - TIME_TOLERANCE_S) found.push(segment(start, end));
    start = null;
  };
  for (let frame = 0; frame < frames.count; frame++) {
    const time = frames.time[frame] as number;
    if (frames.black[frame] === 0) close(time);
    else start ??= time;
  }
  if (frames.count > 0) close(frames.time[frames.count - 1] as number);
  return found;
}

export interface Freeze extends Segment {
  /** True when the video ends in it: the end is that of the last frame. */
  readonly open_ended: boolean;
}

/**
 * As ffmpeg's freezedetect: each frame is compared with the one that the freeze began with. Chunks begin with a
 * reference of their own: a freeze across a seam is stitched, and ends at most where the slow change since the seam,
 * rather than since its beginning, is noticed.
 */
export function findFreezes(
  frames: FrameColumns,
  minSeconds: number = FREEZE.min_duration_s,
): readonly Freeze[] {
  const found: Freeze[] = [];
  let reference = 0;
  for (let frame = 1; frame < frames.count; frame++) {
    if (frames.frozen[frame] === 1) continue;
    const start = frames.time[reference] as number;
    const end = frames.time[frame] as number;
    if (end - start >= minSeconds - TIME_TOLERANCE_S)
      found.push({ ...segment(start, end), open_ended: false });
    reference = frame;
  }
  const last = frames.count - 1;
  if (last > reference) {
    const start = frames.time[reference] as number;
    const end = frames.time[last] as number;
    if (end - start >= minSeconds - TIME_TOLERANCE_S)
      found.push({ ...segment(start, end), open_ended: true });
  }
  return found;
}

export interface Fade extends Segment {
  readonly direction: 'in' | 'out';
  /** Mean luma at its bright end. */
  readonly luma: number;
}

/**
 * A fade is a steady change of mean luma out of, or into, a black part: it never turns back, no single frame makes
 * more than half of it (that would be a cut), and it changes luma by at least 12 of 255 in at least 0.2 s.
 */
export function findFades(frames: FrameColumns, black: readonly Segment[]): readonly Fade[] {
  const at = (seconds: number): number => frameAt(frames, seconds);
  return black
    .flatMap((part) => [fadeFrom(frames, at(part.start_s) - 1, -1), fadeFrom(frames, at(part.end_s), 1)])
    .filter((fade) => fade !== null);
}

/**
 * Where a shot begins that a fade has brought: from the beginning of a fade out to the end of the black after it, from
 * the beginning of the black before a fade in to the end of that. Where black is cut to, or cut from, it is a cut: the
 * far end of the black does not belong to it.
 */
export function fadedParts(fades: readonly Fade[], black: readonly Segment[]): readonly Segment[] {
  return fades.map((fade) => {
    if (fade.direction === 'in') {
      const before = black.findLast((part) => part.end_s <= fade.start_s + TIME_TOLERANCE_S);
      return segment(before ? before.start_s + EDGE_S : fade.start_s, fade.end_s + 0.05);
    }
    const after = black.find((part) => part.start_s >= fade.end_s - TIME_TOLERANCE_S);
    return segment(fade.start_s, after ? after.end_s - EDGE_S : fade.end_s);
  });
}

/** Follows the luma away from black, forwards (a fade in) or backwards (a fade out). */
function fadeFrom(frames: FrameColumns, first: number, direction: 1 | -1): Fade | null {
  const luma = (frame: number): number => frames.luma[frame] as number;
  let last = first;
  let largestStep = 0;
  if (first < 0 || first >= frames.count) return null;
  for (let next = first + direction; next >= 0 && next < frames.count; next += direction) {
    const step = luma(next) - luma(last);
    if (step <= 0.02 || frames.black[next] === 1) break;
    largestStep = Math.max(largestStep, step);
    last = next;
  }
  const dark = Math.max(0, Math.min(frames.count - 1, first - direction));
  const change = luma(last) - luma(dark);
  largestStep = Math.max(largestStep, luma(first) - luma(dark));
  const [from, to] = direction === 1 ? [first, last] : [last, first];
  const found = segment(frames.time[from] as number, frames.time[to] as number);
  const steady = largestStep <= change * FADE.max_step_share;
  if (!steady || change < FADE.min_luma_change || found.duration_s < FADE.min_duration_s) return null;
  return { ...found, direction: direction === 1 ? 'in' : 'out', luma: rounded(luma(last), 2) };
}

/** Index of the first frame at or after a time. */
function frameAt(frames: FrameColumns, seconds: number): number {
  let low = 0;
  let high = frames.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames.time[middle] as number) < seconds - TIME_TOLERANCE_S) low = middle + 1;
    else high = middle;
  }
  return low;
}
