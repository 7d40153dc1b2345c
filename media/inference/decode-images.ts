/**
 * Decodes image files to raw pixels: the disposable child beside the warm one, so that a hostile file meets no model and
 * no other file. One entry for each image; a bad one spoils no other.
 */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { runAsProgram } from '../program/run.ts';
import { decodeImage, type Size, type SizeWanted, type Undecoded } from './decode-image.ts';

export interface PixelsWanted extends SizeWanted {
  /** File in the working directory that gets them, three bytes a pixel. */
  readonly file: string;
}

export interface DecodeJob {
  readonly mostPixels: number;
  readonly images: readonly { readonly path: string; readonly wanted: readonly PixelsWanted[] }[];
}

export type DecodedImage =
  | {
      readonly ok: true;
      /** As displayed. */
      readonly width: number;
      readonly height: number;
      /** As they were wanted. */
      readonly pixels: readonly Size[];
    }
  | Undecoded;

async function decodeToFiles(
  { path, wanted }: DecodeJob['images'][number],
  mostPixels: number,
): Promise<DecodedImage> {
  const pixels: Size[] = [];
  const decoded = await decodeImage(path, wanted, mostPixels, async ({ file }, { width, height, data }) => {
    await writeFile(file, data);
    pixels.push({ width, height });
  });
  return decoded.ok ? { ...decoded, pixels } : decoded;
}

sharp.cache(false);
sharp.concurrency(1);
await runAsProgram<DecodeJob>(async ({ images, mostPixels }, report) => {
  const decoded: DecodedImage[] = [];
  for (const image of images) {
    decoded.push(await decodeToFiles(image, mostPixels));
    report({ done: decoded.length, total: images.length, unit: 'images' });
  }
  return decoded;
});
