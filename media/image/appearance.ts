/** What a picture looks like, in numbers: a function of its samples alone, wherever they were decoded. */
import { encode } from 'blurhash';
import { cosineBase, differenceHash, perceptualHash } from './hashes.ts';
import { upright } from './orientation.ts';
import { mainColours } from './palette.ts';
import { greyOfRgb } from './pillow-resize.ts';
import type { Pixels, Rows } from './pixels.ts';
import { statisticsOf } from './statistics.ts';

export interface Views {
  /** As it is stored. */
  readonly pixels: Pick<Pixels, 'rgb' | 'luma' | 'lumaSource' | 'width' | 'height' | 'gray'>;
  /** Those that the file had data for. */
  readonly rows: Rows;
  /** EXIF's number. */
  readonly orientation: number;
  /** As it is meant to be seen, in sRGB: what colours are taken from, and what the blurhash is. */
  readonly small: Raster;
  readonly tiny: Raster;
}

/** Red, green, blue and alpha: four bytes a pixel. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function appearanceOf({ pixels, rows, orientation, small, tiny }: Views) {
  const grey = {
    pixels: pixels.gray ? pixels.luma : greyOfRgb(pixels.rgb, 3),
    width: pixels.width,
    height: pixels.height,
  };
  const base = cosineBase(grey);
  return {
    rows_px: rows.to - rows.from,
    stats: statisticsOf(heldPart(pixels, rows)),
    hashes: {
      dhash64: differenceHash(grey),
      phash64: perceptualHash(base),
      upright_phash64: perceptualHash(upright(base, orientation)),
    },
    dominant: mainColours(small.data),
    blurhash: encode(new Uint8ClampedArray(tiny.data), tiny.width, tiny.height, 4, 3),
  };
}

/** The part of a picture that its file had data for. */
function heldPart(pixels: Views['pixels'], { from, to }: Rows): Views['pixels'] {
  if (to - from === pixels.height) return pixels;
  const [first, end] = [from * pixels.width, to * pixels.width];
  const [rgb, luma] = [pixels.rgb.subarray(3 * first, 3 * end), pixels.luma.subarray(first, end)];
  return { ...pixels, rgb, luma, height: to - from };
}
