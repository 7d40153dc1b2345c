/** What the child that measures an image is told, and its limits. */
import type { PixelsToLeave } from './leave-pixels.ts';

export interface ImageLimits {
  /** Most pixels of one picture. The raw pixels, their luma and the decoder's own buffers must fit into memory. */
  readonly pixels: number;
  /** Largest file: it is read as a whole. */
  readonly fileBytes: number;
  /** Most pages or frames that are counted. */
  readonly frames: number;
}

export interface ImageJob {
  readonly inputPath: string;
  readonly limits: ImageLimits;
  /** Where thumbnails are written, by the length of their longer side. */
  readonly thumbnails: readonly { readonly side_px: number; readonly path: string }[];
  /** Where the samples of a picture are left that is no larger, for whoever judges them; absent: nobody does. */
  readonly views?: { readonly path: string; readonly mostPixels: number; readonly mostSide_px: number };
  /** Absent: nobody takes them. */
  readonly leave?: PixelsToLeave;
}

export const MEBIBYTE = 1024 * 1024;

export const IMAGE_LIMITS: ImageLimits = {
  // 150 megapixel is what the largest cameras make.
  pixels: 160_000_000,
  fileBytes: 512 * MEBIBYTE,
  frames: 100_000,
};
