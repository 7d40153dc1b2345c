/**
 * Decodes image files to raw pixels: the disposable child beside the warm one, so that a hostile file meets no model and
 * no other file. One entry for each image; a bad one spoils no other.
 */
import sharp from 'sharp';
import { runAsProgram } from '../program/run.ts';
import { type DecodedImage, decodeToFiles, type PixelsWanted } from './decode-to-files.ts';

export interface DecodeJob {
  readonly mostPixels: number;
  readonly images: readonly { readonly path: string; readonly wanted: readonly PixelsWanted[] }[];
}

sharp.cache(false);
sharp.concurrency(1);
await runAsProgram<DecodeJob>(async ({ images, mostPixels }, report) => {
  const decoded: DecodedImage[] = [];
  for (const { path, wanted } of images) {
    decoded.push(await decodeToFiles(path, wanted, mostPixels));
    report({ done: decoded.length, total: images.length, unit: 'images' });
  }
  return decoded;
});
