/** What a decode pass leaves beside the frames: stills with their times, crops, field order. */
import type { ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FieldCounts, IdetCounts } from '../../kinds/video/interlacing.ts';
import type { Crop } from '../../kinds/video/letterbox.ts';
import { splitJpegs } from '../../media/video/jpeg-stream.ts';
import type { ChunkDocument, StillDocument } from './documents.ts';
import { finite, readMetadata } from '../ffmpeg/metadata-file.ts';

/** Which frames ffmpeg took as stills: the first, and each that begins a new cell of time. */
function stillTimes(pts: Float64Array, cellTicks: number): readonly number[] {
  const cell = (at: number): number => Math.floor(at / cellTicks);
  return [...pts].filter((at, index) => index === 0 || cell(at) > cell(pts[index - 1] as number));
}

/** The stills of the chunk's own frames; the one of a lead-out, taken last, has no time here and is left out. */
export async function readStills(
  stream: ReadStream,
  pts: Float64Array,
  cellTicks: number,
  crops: readonly (Crop | null)[],
): Promise<readonly StillDocument[]> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const spans = splitJpegs(Buffer.concat(parts));
  return stillTimes(pts, cellTicks).flatMap((at, index) => {
    const span = spans[index];
    return span ? [{ pts: at, ...span, crop: crops[index] ?? null }] : [];
  });
}

/** A crop for each still, in the same order. */
export async function readCrops(path: string): Promise<readonly (Crop | null)[]> {
  const crops: (Crop | null)[] = [];
  if (!(await exists(path))) return crops;
  for await (const { entries } of readMetadata(path)) crops.push(cropOf(entries));
  return crops;
}

export async function readHead(path: string): Promise<ChunkDocument['head']> {
  let [frames, last, crop] = [0, null as ReadonlyMap<string, string> | null, null as Crop | null];
  if (!(await exists(path))) return null;
  for await (const { entries } of readMetadata(path)) {
    frames++;
    last = entries;
    crop = cropOf(entries) ?? crop;
  }
  return last ? { idet: idetOf(last, frames), crop } : null;
}

function cropOf(entries: ReadonlyMap<string, string>): Crop | null {
  const value = (name: string): number | null => finite(entries.get(`lavfi.cropdetect.${name}`));
  const [width, height, x, y] = [value('w'), value('h'), value('x'), value('y')];
  if (width === null || height === null || x === null || y === null) return null;
  return { width_px: width, height_px: height, x_px: x, y_px: y };
}

function idetOf(entries: ReadonlyMap<string, string>, frames: number): IdetCounts {
  const value = (name: string): number => finite(entries.get(`lavfi.idet.${name}`)) ?? 0;
  const fields = (name: string): FieldCounts => ({
    tff: value(`${name}.tff`),
    bff: value(`${name}.bff`),
    progressive: value(`${name}.progressive`),
    undetermined: value(`${name}.undetermined`),
  });
  return {
    frames,
    repeated: {
      neither: value('repeated.neither'),
      top: value('repeated.top'),
      bottom: value('repeated.bottom'),
    },
    single: fields('single'),
    multiple: fields('multiple'),
  };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
