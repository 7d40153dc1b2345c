/**
 * Leaves the pixels that a model is shown of the image, for the step that shows them: another child would cost more than
 * decoding them here. Whoever finds none decodes them itself, so nothing fails for them.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RawPixels } from '../inference/decode-image.ts';
import { type DecodedImage, decodeToFiles, type PixelsWanted } from '../inference/decode-to-files.ts';

export interface PixelsToLeave {
  readonly wanted: readonly PixelsWanted[];
  /** File that gets what a child that decodes images answers of one. */
  readonly file: string;
}

/** Larger pictures are seldom, and their pixels take room and time beside those that are measured. */
const MOST_PIXELS = 25_000_000;

export async function leavePixels(image: string | RawPixels, { wanted, file }: PixelsToLeave): Promise<void> {
  const directory = dirname(file);
  try {
    await mkdir(directory, { recursive: true });
    const decoded: DecodedImage = await decodeToFiles(image, wanted, MOST_PIXELS);
    await (decoded.ok ? writeFile(file, JSON.stringify(decoded)) : rm(directory, { recursive: true }));
  } catch {
    await rm(directory, { recursive: true, force: true });
  }
}
