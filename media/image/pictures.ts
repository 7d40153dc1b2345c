/** What people look at: thumbnails, and what main colours and blurhash are made of; turned as meant, in sRGB. */
import { writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Views } from './appearance.ts';
import type { ImageJob } from './job.ts';
import type { Pixels } from './pixels.ts';

export interface Pictures extends Pick<Views, 'small' | 'tiny'> {
  readonly thumbnails: readonly {
    readonly side_px: number;
    readonly width_px: number;
    readonly height_px: number;
    readonly mime: string;
    readonly bytes: number;
  }[];
}

const COLOUR_SIDE = 64;
const BLURHASH_SIDE = 32;

interface Source {
  readonly file: Buffer;
  readonly pixels: Pixels;
  readonly orientation: number;
  /** Its colours are not sRGB until its profile is applied, or it is transparent in parts. */
  readonly decodeAgain: boolean;
}

export async function makePictures(source: Source, job: ImageJob): Promise<Pictures> {
  const sides = job.thumbnails.toSorted((a, b) => b.side_px - a.side_px);
  const largest = sides[0]?.side_px ?? COLOUR_SIDE;
  const first = await rawOf(opened(source, job).resize(inside(largest)));
  const thumbnails: Pictures['thumbnails'][number][] = [];
  let smaller = first;
  for (const { side_px, path } of sides) {
    smaller = await rawOf(reopened(smaller).resize(inside(side_px)));
    const { width, height, channels } = smaller;
    const mime = channels === 4 ? 'image/webp' : 'image/jpeg';
    const encoder = reopened(smaller);
    const bytes = await (channels === 4
      ? encoder.webp({ quality: 80 })
      : encoder.jpeg({ quality: 80 })
    ).toBuffer();
    await writeFile(path, bytes);
    thumbnails.push({ side_px, width_px: width, height_px: height, mime, bytes: bytes.length });
  }
  const small = await rawOf(reopened(smaller).resize(inside(COLOUR_SIDE)).ensureAlpha());
  const tiny = await rawOf(reopened(small).resize(inside(BLURHASH_SIDE)));
  return { thumbnails: thumbnails.toReversed(), small, tiny };
}

const inside = (side: number) =>
  ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;

interface Raw {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

function opened({ file, pixels, orientation, decodeAgain }: Source, job: ImageJob): Sharp {
  if (decodeAgain) {
    return sharp(file, { failOn: 'none', limitInputPixels: job.limits.pixels })
      .autoOrient()
      .toColourspace('srgb');
  }
  const { rgb: data, width, height } = pixels;
  return turned(reopened({ data, width, height, channels: 3 }), orientation);
}

/** Turns by EXIF's number; sharp mirrors before it turns, in whatever order it is asked. */
function turned(image: Sharp, orientation: number): Sharp {
  const angle = ({ 3: 180, 5: 270, 6: 90, 7: 90, 8: 270 } as Readonly<Record<number, number>>)[orientation];
  const rotated = angle === undefined ? image : image.rotate(angle);
  if (orientation === 2 || orientation === 5 || orientation === 7) return rotated.flop();
  return orientation === 4 ? rotated.flip() : rotated;
}

function reopened({ data, width, height, channels }: Raw): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

async function rawOf(image: Sharp): Promise<Raw> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3 || channels === 4) return { data, width, height, channels };
  // Grey, with alpha or without.
  return rawOf(sharp(data, { raw: { width, height, channels } }).toColourspace('srgb').ensureAlpha());
}
