/**
 * Decodes the first picture of a file, as it is stored: not turned by its orientation, not converted by its profile.
 * Statistics are taken from this; what people look at (thumbnails, colours) is converted and turned first.
 */
import sharp, { type Sharp } from 'sharp';
import { decodeBmp } from './bmp.ts';
import { refusals } from './failures.ts';
import { toRgb, withoutTransform } from './jpeg-luma.ts';
import type { ImageLimits } from './job.ts';
import type { Outline } from './outline.ts';
import { areReadAsWords, asBytes, asNumbers, checkSize, type SampleKind, type Samples } from './samples.ts';
import { withWords } from './tiff.ts';

export interface Pixels {
  /** Three bytes a pixel. */
  readonly rgb: Buffer;
  /** One byte a pixel: the luma that a JPEG stores, else BT.601 of its RGB as OpenCV reads such a file. */
  readonly luma: Uint8Array;
  readonly lumaSource: 'stored' | 'BT.601';
  readonly width: number;
  readonly height: number;
  readonly gray: boolean;
  /** Null: the picture has no alpha. */
  readonly alphaUsed: boolean | null;
  /** What the decoder complained of, where it went on. */
  readonly complaint: string | null;
  /** The rows that the file had data for, `to` left out; null: the decoder does not know. */
  readonly held: Rows | null;
  /** How numbers that are no bytes became bytes; null: they were bytes or words. */
  readonly samples: Samples | null;
}

export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Throws a refusal when nothing can be decoded. */
export async function decodePixels(
  file: Buffer,
  format: string,
  outline: Outline,
  limits: ImageLimits,
): Promise<Pixels> {
  if (format === 'bmp') return fromBmp(file, outline);
  if (outline.samples !== null) return fromNumbers(file, format, outline, outline.samples, limits);
  const stored = outline.jpeg?.ycc === true && outline.bitDepth === 8;
  const input = stored ? withoutTransform(file) : file;
  const { data, info, complaint } = await decodeLeniently(input, format, limits, asPicture);
  const { width, height, channels } = info;
  const whole = data.length === width * height * channels;
  if (!whole) throw refusals.undecodable(format.toUpperCase(), 'its pixels have an unusual form');
  if (stored && channels === 3) {
    const luma = toRgb(data);
    const colours = { rgb: data, luma, lumaSource: 'stored', gray: false, alphaUsed: null } as const;
    return { ...colours, width, height, complaint, held: null, samples: null };
  }
  const separated = separate(data, channels, format === 'png' ? LIBPNG : OPENCV);
  return { ...separated, width, height, complaint, held: null, samples: null };
}

const asPicture = (image: Sharp): Sharp => image.toColourspace('srgb').raw({ depth: 'uchar' });

async function decodeLeniently(
  input: Buffer,
  format: string,
  limits: ImageLimits,
  form: (image: Sharp) => Sharp,
) {
  const decode = (failOn: 'error' | 'none') =>
    form(sharp(input, { ignoreIcc: true, failOn, limitInputPixels: limits.pixels })).toBuffer({
      resolveWithObject: true,
    });
  try {
    return { ...(await decode('error')), complaint: null };
  } catch (first) {
    const complaint = reasonOf(first);
    try {
      return { ...(await decode('none')), complaint };
    } catch (error) {
      if (/pixel limit/i.test(reasonOf(error))) {
        throw refusals.tooLarge('too many pixels', `${limits.pixels / 1e6} megapixels`);
      }
      throw refusals.undecodable(format.toUpperCase(), reasonOf(error));
    }
  }
}

/** The decoder's first line, without addresses in memory and paths. */
export function reasonOf(error: unknown): string {
  const [line = ''] = (error as Error).message.split('\n');
  return line
    .replaceAll(/(?:file:\/\/)?\/[^\s'":]+/g, 'file')
    .replace(/^Input (?:buffer|file)\s*/i, 'it ')
    .replaceAll(/[\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 160);
}

type Separated = Pick<Pixels, 'rgb' | 'luma' | 'lumaSource' | 'gray' | 'alphaUsed'>;

function separate(data: Buffer, channels: number, weights: Weights): Separated {
  const hasAlpha = channels === 2 || channels === 4;
  const alphaUsed = hasAlpha ? anyTransparent(data, channels) : null;
  if (channels <= 2) {
    const gray = channels === 1 ? data : everyNth(data, 2);
    return { rgb: repeated(gray), luma: gray, lumaSource: 'stored', gray: true, alphaUsed };
  }
  const rgb = channels === 3 ? data : firstThree(data, channels);
  return { rgb, luma: lumaOf(rgb, weights), lumaSource: 'BT.601', gray: false, alphaUsed };
}

function fromBmp(file: Buffer, { width, height, truncated }: Outline): Pixels {
  const { rgb, held } = decodeBmp(file);
  if (held.from === held.to) throw refusals.undecodable('BMP', 'its coded data is missing');
  // Of packed rows the header does not always say how long they are.
  const cut = truncated === null && held.to - held.from < height;
  const complaint = cut ? 'rows of the picture are missing' : null;
  const luma = lumaOf(rgb, OPENCV);
  const form = { width, height, gray: false, alphaUsed: null } as const;
  return { ...form, rgb, luma, lumaSource: 'BT.601', complaint, held, samples: null };
}

async function fromNumbers(
  file: Buffer,
  format: string,
  outline: Outline,
  kind: SampleKind,
  limits: ImageLimits,
): Promise<Pixels> {
  checkSize(outline, limits);
  const input = areReadAsWords(outline) ? withWords(file) : file;
  const decoded = await decodeLeniently(input, format, limits, (image) => asNumbers(image, outline, kind));
  const { width, height, channels: found } = decoded.info;
  const { data, channels, samples } = asBytes({ data: decoded.data, channels: found }, outline, kind);
  const separated = separate(data, channels, OPENCV);
  return { ...separated, width, height, complaint: decoded.complaint, held: null, samples };
}

function anyTransparent(data: Buffer, channels: number): boolean {
  for (let at = channels - 1; at < data.length; at += channels) if (data[at] !== 255) return true;
  return false;
}

function everyNth(data: Buffer, n: number): Buffer {
  const picked = Buffer.allocUnsafe(data.length / n);
  for (let index = 0, at = 0; index < picked.length; index++, at += n) picked[index] = data[at] as number;
  return picked;
}

function repeated(gray: Buffer): Buffer {
  const rgb = Buffer.allocUnsafe(gray.length * 3);
  for (let index = 0, at = 0; index < gray.length; index++, at += 3) {
    rgb[at] = rgb[at + 1] = rgb[at + 2] = gray[index] as number;
  }
  return rgb;
}

function firstThree(data: Buffer, channels: number): Buffer {
  const rgb = Buffer.allocUnsafe((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    rgb[to] = data[from] as number;
    rgb[to + 1] = data[from + 1] as number;
    rgb[to + 2] = data[from + 2] as number;
  }
  return rgb;
}

/** BT.601 with 15 bits of fraction: of red, green and blue, and what is added before the fraction is dropped. */
type Weights = readonly [red: number, green: number, blue: number, rounding: number];
/** OpenCV's RGB2GRAY, which rounds; PNG it has read in grey by libpng, which does not. */
const OPENCV: Weights = [9798, 19235, 3735, 1 << 14];
const LIBPNG: Weights = [9797, 19234, 3737, 0];

function lumaOf(rgb: Buffer, [red, green, blue, rounding]: Weights): Uint8Array {
  const luma = new Uint8Array(rgb.length / 3);
  for (let index = 0, at = 0; index < luma.length; index++, at += 3) {
    const r = rgb[at] as number;
    const g = rgb[at + 1] as number;
    const b = rgb[at + 2] as number;
    luma[index] = (r * red + g * green + b * blue + rounding) >> 15;
  }
  return luma;
}
