/**
 * Decodes image files to raw pixels, upright, in sRGB, on white: the disposable child beside the warm one, so that a
 * hostile file meets no model and no other file. One entry for each image; a bad one spoils no other.
 */
import { writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { runAsProgram } from '../program/run.ts';

export interface PixelsWanted {
  /** File in the working directory that gets them, three bytes a pixel. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /**
   * `within`: no larger than that, never enlarged. `multiple`: so too, then stretched to multiples of 32.
   * `letterbox`: exactly that, enlarged if need be, at the top left of a grey ground.
   */
  readonly fit: 'within' | 'multiple' | 'letterbox';
}

export interface DecodeJob {
  readonly mostPixels: number;
  readonly images: readonly { readonly path: string; readonly wanted: readonly PixelsWanted[] }[];
}

export interface DecodedPixels {
  readonly width: number;
  readonly height: number;
}

export type DecodedImage =
  | {
      readonly ok: true;
      /** As displayed. */
      readonly width: number;
      readonly height: number;
      /** As they were wanted. */
      readonly pixels: readonly DecodedPixels[];
    }
  | { readonly ok: false; readonly code: 'IMAGE_UNDECODABLE' | 'IMAGE_TOO_LARGE' };

const STEP = 32;
const GREY = { r: 114, g: 114, b: 114 };

async function decodeImage(
  { path, wanted }: DecodeJob['images'][number],
  mostPixels: number,
): Promise<DecodedImage> {
  try {
    const options = { limitInputPixels: false, failOn: 'error', pages: 1 } as const;
    const { autoOrient } = await sharp(path, options).metadata();
    const { width, height } = autoOrient;
    if (!(width > 0 && height > 0)) return { ok: false, code: 'IMAGE_UNDECODABLE' };
    if (width * height > mostPixels) return { ok: false, code: 'IMAGE_TOO_LARGE' };
    const pixels: DecodedPixels[] = [];
    for (const one of wanted) {
      const size = sizeOf(one, width, height);
      const upright = sharp(path, options).autoOrient().flatten({ background: '#fff' }).toColourspace('srgb');
      const { data, info } = await resized(upright, one, size)
        .removeAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({
          resolveWithObject: true,
        });
      await writeFile(one.file, inThreeChannels(data, info.channels));
      pixels.push({ width: info.width, height: info.height });
    }
    return { ok: true, width, height, pixels };
  } catch {
    return { ok: false, code: 'IMAGE_UNDECODABLE' };
  }
}

function sizeOf({ width, height, fit }: PixelsWanted, from: number, to: number): DecodedPixels {
  const factor = Math.min(width / from, height / to, fit === 'letterbox' ? Number.POSITIVE_INFINITY : 1);
  const side = (pixels: number): number => {
    const scaled = Math.max(1, Math.round(pixels * factor));
    return fit === 'multiple' ? Math.max(STEP, Math.round(scaled / STEP) * STEP) : scaled;
  };
  return { width: side(from), height: side(to) };
}

function resized(image: Sharp, wanted: PixelsWanted, size: DecodedPixels): Sharp {
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

sharp.cache(false);
sharp.concurrency(1);
await runAsProgram<DecodeJob>(async ({ images, mostPixels }, report) => {
  const decoded: DecodedImage[] = [];
  for (const image of images) {
    decoded.push(await decodeImage(image, mostPixels));
    report({ done: decoded.length, total: images.length, unit: 'images' });
  }
  return decoded;
});
