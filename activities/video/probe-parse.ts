/** Reads what ffprobe prints. */
import type { StillsPlan } from '../../media/video/chunk-command.ts';
import type { TimeBase } from '../../kinds/video/plan.ts';
import type { Probed, ProbedFrame, ProbedStream } from './documents.ts';

export function parseProbed(json: string): Probed {
  const parsed = JSON.parse(json) as Partial<Probed>;
  // Its file name is a path, and the output is taken over for equal bytes elsewhere.
  const { filename: _path, ...format } = (parsed.format ?? {}) as Probed['format'] & { filename?: string };
  return {
    format,
    streams: parsed.streams ?? [],
    frames: parsed.frames ?? [],
    chapters: parsed.chapters ?? [],
  };
}

/** `30000/1001` as a number; null for 0/0 and nonsense. */
export function ratio(text: string | undefined): number | null {
  const match = /^(-?\d+)[/:](\d+)$/.exec(text ?? '');
  if (!match || Number(match[2]) === 0 || Number(match[1]) === 0) return null;
  return Number(match[1]) / Number(match[2]);
}

/** A printed number; null for N/A, infinities and nothing. */
export function number(text: string | number | undefined): number | null {
  if (text === undefined || text === '' || text === 'N/A') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export function timeBaseOf(stream: ProbedStream): TimeBase {
  const [num = 1, den = 1000] = (stream.time_base ?? '1/1000').split('/').map(Number);
  return { num: num || 1, den: den || 1000 };
}

/** Quarter turns for display, clockwise: -90 in a display matrix is a turn to the right. */
export function rotationOf(stream: ProbedStream, frame: ProbedFrame | undefined): number {
  const sideData = [...(stream.side_data_list ?? []), ...(frame?.side_data_list ?? [])];
  const matrix = sideData.find(
    (one) => typeof one['rotation'] === 'number' || typeof one['rotation'] === 'string',
  );
  const degrees = matrix ? -Number(matrix['rotation']) : Number(stream.tags?.['rotate'] ?? 0);
  return Number.isFinite(degrees) ? ((Math.round(degrees) % 360) + 360) % 360 : 0;
}

/** The turn that stills are given: odd angles are left as they are. */
export function quarterTurn(degrees: number): StillsPlan['rotation'] {
  return degrees === 90 || degrees === 180 || degrees === 270 ? degrees : 0;
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
