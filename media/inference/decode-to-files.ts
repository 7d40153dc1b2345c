/** Pixels of an image in files, in the sizes that models are shown. */
import { writeFile } from 'node:fs/promises';
import { decodeImage, type RawPixels, type Size, type SizeWanted, type Undecoded } from './decode-image.ts';

export interface PixelsWanted extends SizeWanted {
  /** File that gets them, three bytes a pixel. */
  readonly file: string;
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

export async function decodeToFiles(
  image: string | RawPixels,
  wanted: readonly PixelsWanted[],
  mostPixels: number,
): Promise<DecodedImage> {
  const pixels: Size[] = [];
  const decoded = await decodeImage(image, wanted, mostPixels, async ({ file }, { width, height, data }) => {
    await writeFile(file, data);
    pixels.push({ width, height });
  });
  return decoded.ok ? { ...decoded, pixels } : decoded;
}
