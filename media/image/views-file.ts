/**
 * The samples of a picture in a file, one plane after the other, as a child leaves them for a thread that has never seen
 * the picture's own file. The sizes of all planes follow from the header.
 */
import { closeSync, constants, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import type { Raster, Views } from './appearance.ts';

type Size = Pick<Raster, 'width' | 'height'>;

export interface ViewsHeader extends Pick<Views, 'rows' | 'orientation'> {
  readonly pixels: Omit<Views['pixels'], 'rgb' | 'luma'>;
  readonly small: Size;
  readonly tiny: Size;
}

export function writeViews(path: string, { pixels, rows, orientation, small, tiny }: Views): ViewsHeader {
  const descriptor = openSync(path, 'wx');
  try {
    for (const plane of [pixels.rgb, pixels.luma, small.data, tiny.data]) writeFileSync(descriptor, plane);
  } finally {
    closeSync(descriptor);
  }
  const { lumaSource, width, height, gray } = pixels;
  return {
    pixels: { lumaSource, width, height, gray },
    rows,
    orientation,
    small: { width: small.width, height: small.height },
    tiny: { width: tiny.width, height: tiny.height },
  };
}

/** Kept from picture to picture, so that no new memory has to be found for each; of four megapixels at most. */
let room: Buffer = Buffer.alloc(0);
const KEPT_BYTES = 16 * 1024 * 1024;

/** What it answers is good until the next one is read. Throws where the file is a link, or not of that size. */
export function readViews(path: string, { pixels, rows, orientation, small, tiny }: ViewsHeader): Views {
  const area = ({ width, height }: Size): number => width * height;
  const lengths = [3 * area(pixels), area(pixels), 4 * area(small), 4 * area(tiny)];
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  const into = roomFor(bytes);
  readExactly(path, into);
  let at = 0;
  const [rgb, luma, smallData, tinyData] = lengths.map((length) => {
    at += length;
    return into.subarray(at - length, at);
  }) as [Buffer, Buffer, Buffer, Buffer];
  return {
    pixels: { ...pixels, rgb, luma },
    rows,
    orientation,
    small: { ...small, data: smallData },
    tiny: { ...tiny, data: tinyData },
  };
}

function roomFor(bytes: number): Buffer {
  if (bytes > KEPT_BYTES) return Buffer.alloc(bytes);
  if (room.length < bytes) room = Buffer.alloc(bytes);
  return room.subarray(0, bytes);
}

function readExactly(path: string, into: Buffer): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile() || found.size !== into.length)
      throw new RangeError('the samples are not as many as was said');
    for (let done = 0; done < into.length; ) {
      const read = readSync(descriptor, into, done, into.length - done, done);
      if (read === 0) throw new RangeError('the samples ended before their end');
      done += read;
    }
  } finally {
    closeSync(descriptor);
  }
}
