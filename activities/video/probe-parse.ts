/** What follows for the pictures from what ffprobe says. */
import type { StillsPlan } from '../../media/video/chunk-command.ts';
import type { TimeBase } from '../../kinds/video/plan.ts';
import type { ProbedStream } from '../ffmpeg/probed.ts';

export function timeBaseOf(stream: ProbedStream): TimeBase {
  const [num = 1, den = 1000] = (stream.time_base ?? '1/1000').split('/').map(Number);
  return { num: num || 1, den: den || 1000 };
}

const STILL_LONGER_SIDE_PX = 640;

/** Even sizes with square pixels, turned for display. */
export function stillSize(
  picture: { readonly width: number; readonly height: number },
  sampleAspect: number | null,
  rotation: StillsPlan['rotation'],
): { readonly width: number; readonly height: number } {
  const aspect = sampleAspect !== null && sampleAspect > 0.1 && sampleAspect < 10 ? sampleAspect : 1;
  const shown = { width: picture.width * aspect, height: picture.height };
  const turned = rotation === 90 || rotation === 270 ? { width: shown.height, height: shown.width } : shown;
  const factor = Math.min(1, STILL_LONGER_SIDE_PX / Math.max(turned.width, turned.height));
  const even = (value: number): number => Math.max(2, Math.round((value * factor) / 2) * 2);
  return { width: even(turned.width), height: even(turned.height) };
}

/** Seconds between stills: close together in clips, where shots are few and short. */
export function stillInterval(durationSeconds: number): number {
  return durationSeconds < 10 ? 0.5 : durationSeconds < 60 ? 1 : 2;
}
