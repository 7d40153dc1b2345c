/** All decisions about the frames of a video, from the joined measurements. */
import { type FrameColumns, type Segment } from '../../kinds/video/frames.ts';
import type { VideoSettings } from '../../kinds/video/params.ts';
import {
  type Fade,
  fadedParts,
  findBlack,
  findFades,
  findFreezes,
  type Freeze,
} from '../../kinds/video/segments.ts';
import { findCuts, type Shot, shotsOf } from '../../kinds/video/shots.ts';

export interface Decisions {
  readonly shots: readonly Shot[];
  readonly black: readonly Segment[];
  readonly freezes: readonly Freeze[];
  readonly fades: readonly Fade[];
}

export function decide(frames: FrameColumns, settings: VideoSettings, framesPerSecond: number): Decisions {
  const black = findBlack(frames);
  const fades = findFades(frames, black);
  const cuts = findCuts(frames, { threshold: settings.shotThreshold, minSeconds: settings.shotMinSeconds });
  const shots = shotsOf(frames, cuts, fadedParts(fades, black), framesPerSecond);
  return { shots, black, freezes: findFreezes(frames), fades };
}
