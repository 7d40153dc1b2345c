/** One image as raw pixels, upright, in sRGB, on white. */
import { open, readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { decodeBmp } from '../image/bmp.ts';
import { bmpHeader } from '../image/bmp-header.ts';

export interface SizeWanted {
  readonly width: number;
  readonly height: number;
  /**
   * `within`: no larger than that, never enlarged. `multiple`: so too, then stretched to multiples of 32. Of a receipt
   * or a long screenshot so little would be left that nothing can be read: beyond 5:2 the bounds grow with the image.
   * `letterbox`: exactly that, enlarged if need be, at the top left of a grey ground.
   */
  readonly fit: 'within' | 'multiple' | 'letterbox';
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Three bytes a pixel. */
export interface RawPixels extends Size {
  readonly data: Uint8Array;
}

export type Undecoded = {
  readonly ok: false;
  readonly code: 'IMAGE_UNDECODABLE' | 'IMAGE_TOO_LARGE';
};

/** Width and height are those of the image as displayed. */
export type Decoded = ({ readonly ok: true } & Size) | Undecoded;

const OPTIONS = { limitInputPixels: false, failOn: 'error', pages: 1 } as const;
const STEP = 32;
const GREY = { r: 114, g: 114, b: 114 };

/**
 * Of a file, or of its pixels. Hands over each size as soon as it is there. What is no larger than the last one `within`
 * is made of that, which is kept for it: decoding costs more than scaling. Throws what `onPixels` throws.
 */
export async function decodeImage<Wanted extends SizeWanted>(
  image: string | RawPixels,
  wanted: readonly Wanted[],
  mostPixels: number,
  onPixels: (wanted: Wanted, pixels: RawPixels) => void | Promise<void>,
): Promise<Decoded> {
  const shown = await orUndecoded(async () => sourceOf(image));
  if (!shown || !(shown.width > 0 && shown.height > 0)) return { ok: false, code: 'IMAGE_UNDECODABLE' };
  const { width, height } = shown;
  if (width * height > mostPixels) return { ok: false, code: 'IMAGE_TOO_LARGE' };
  const opened = await orUndecoded(shown.open);
  if (!opened) return { ok: false, code: 'IMAGE_UNDECODABLE' };
  let larger: RawPixels | null = typeof image === 'string' ? null : image;
  for (const one of wanted) {
    const size = sizeOf(one, { width, height });
    const pixels = await orUndecoded(async () => {
      if (larger && one.fit !== 'letterbox' && isOfSize(larger, size)) return larger;
      return rawPixels(resized(larger && holds(larger, size) ? reopened(larger) : opened(), one, size));
    });
    if (!pixels) return { ok: false, code: 'IMAGE_UNDECODABLE' };
    if (one.fit === 'within') larger = pixels;
    await onPixels(one, pixels);
  }
  return { ok: true, width, height };
}

async function orUndecoded<T>(decode: () => Promise<T>): Promise<T | null> {
  try {
    return await decode();
  } catch {
    return null;
  }
}

interface Source extends Size {
  readonly open: () => Promise<() => Sharp>;
}

/** Of a bitmap too, which the library does not know, and of pixels that are as they are to be shown. */
async function sourceOf(image: string | RawPixels): Promise<Source> {
  if (typeof image === 'string') return fileSource(image);
  const { width, height } = image;
  return { width, height, open: async () => () => reopened(image) };
}

async function fileSource(path: string): Promise<Source> {
  if (!(await isBitmap(path))) {
    const { width, height } = (await sharp(path, OPTIONS).metadata()).autoOrient;
    return { width, height, open: async () => () => shownOf(sharp(path, OPTIONS).autoOrient()) };
  }
  const file = await readFile(path);
  const { width, height } = bmpHeader(file);
  const raw = { width, height, channels: 3 } as const;
  return {
    width,
    height,
    async open() {
      const { rgb } = decodeBmp(file);
      return () => sharp(rgb, { raw, limitInputPixels: false });
    },
  };
}

async function isBitmap(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === 'BM';
  } finally {
    await handle.close();
  }
}

function shownOf(image: Sharp): Sharp {
  return image.flatten({ background: '#fff' }).toColourspace('srgb');
}

function isOfSize(pixels: RawPixels, { width, height }: Size): boolean {
  return pixels.width === width && pixels.height === height;
}

function holds(larger: RawPixels, { width, height }: Size): boolean {
  return larger.width >= width && larger.height >= height;
}

function reopened({ data, width, height }: RawPixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}

async function rawPixels(image: Sharp): Promise<RawPixels> {
  const { data, info } = await image
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, data: inThreeChannels(data, channels) };
}

/** An image so much longer than wide is elongated; the bounds of one grow fourfold at most. */
const ELONGATED = 2.5;
const MOST_GROWTH = 4;

function sizeOf(wanted: SizeWanted, shown: Size): Size {
  const aspect = Math.max(shown.width, shown.height) / Math.min(shown.width, shown.height);
  const growth = Math.min(MOST_GROWTH, Math.max(1, aspect / ELONGATED));
  const most = Math.min(wanted.width / shown.width, wanted.height / shown.height);
  const factor = wanted.fit === 'letterbox' ? most : Math.min(1, most * growth);
  const side = (pixels: number): number => {
    const scaled = Math.max(1, Math.round(pixels * factor));
    return wanted.fit === 'multiple' ? Math.max(STEP, Math.round(scaled / STEP) * STEP) : scaled;
  };
  return { width: side(shown.width), height: side(shown.height) };
}

function resized(image: Sharp, wanted: SizeWanted, size: Size): Sharp {
  const scaled = image.resize({ ...size, fit: 'fill' });
  if (wanted.fit !== 'letterbox') return scaled;
  const [right, bottom] = [wanted.width - size.width, wanted.height - size.height];
  return scaled.extend({ right, bottom, background: GREY });
}

/** A grey image comes with one channel. */
function inThreeChannels(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return data;
  const out = new Uint8Array((data.length / channels) * 3);
  for (let at = 0; at < out.length; at += 1) out[at] = data[Math.floor(at / 3) * channels] as number;
  return out;
}
