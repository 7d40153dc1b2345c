/** The outline of a file by its format, and the limits that are held before anything is decoded. */
import sharp from 'sharp';
import { readBmp } from './bmp.ts';
import { refusals } from './failures.ts';
import { readGif } from './gif.ts';
import type { ImageLimits } from './job.ts';
import { readJpeg } from './jpeg.ts';
import { EMPTY_OUTLINE, type Outline } from './outline.ts';
import { reasonOf } from './pixels.ts';
import { readPng } from './png.ts';
import { type Format, isSequence } from './sniff.ts';
import { readTiff } from './tiff.ts';
import { readWebp } from './webp.ts';

type Readable = Extract<Format, string>;

const MOST_SVG_BYTES = 16 * 1024 * 1024;

export async function outlineOf(file: Buffer, format: Readable, limits: ImageLimits): Promise<Outline> {
  const outline = await read(file, format, limits);
  const { width, height } = outline;
  if (width <= 0 || height <= 0) throw refusals.size(format.toUpperCase());
  if (width * height > limits.pixels) {
    throw refusals.tooLarge(`${width} x ${height} pixels`, `${limits.pixels / 1e6} megapixels`);
  }
  return outline;
}

async function read(file: Buffer, format: Readable, limits: ImageLimits): Promise<Outline> {
  switch (format) {
    case 'jpeg':
      return readJpeg(file);
    case 'png':
      return readPng(file);
    case 'gif':
      return readGif(file, limits.frames);
    case 'webp':
      return readWebp(file, limits.frames);
    case 'tiff':
      return readTiff(file, limits.frames);
    case 'bmp':
      return readBmp(file);
    default:
      return readByDecoder(file, format);
  }
}

/** SVG, HEIC and AVIF: what the decoder's own look at the header says. */
async function readByDecoder(file: Buffer, format: Readable): Promise<Outline> {
  if (format === 'svg' && file.length > MOST_SVG_BYTES) {
    throw refusals.tooLarge('more than 16 MiB of SVG', '16 MiB');
  }
  const found = await sharp(file, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch((error: unknown) => {
      if (format === 'avif' && isSequence(file))
        throw refusals.unsupported('an AVIF sequence without a still');
      throw refusals.header(format.toUpperCase(), reasonOf(error));
    });
  const drawn = format === 'svg';
  return {
    ...EMPTY_OUTLINE,
    width: found.width,
    height: found.height,
    bitDepth: drawn ? 8 : (found.bitsPerSample ?? (found.depth === 'ushort' ? 10 : 8)),
    channels: found.channels,
    hasAlpha: found.hasAlpha,
    colour: drawn ? 'rgb' : 'ycbcr',
    progressive: false,
    animation: { frames: 1, pages: found.pages ?? 1, duration_s: null, loop: null },
    exif: found.exif ? withoutPrefix(found.exif) : null,
    // HEIC and AVIF are turned by properties of their own, which the decoder has followed.
    exifIsHidden: true,
    xmp: found.xmp ?? null,
    iptc: found.iptc ?? null,
    icc: found.icc ?? null,
  };
}

function withoutPrefix(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif;
}
