/** What of an image is shown to models, and what is said where that cannot be. */
import type { Unreadable } from '../inference/images.ts';
import type { StepContext, StepOutput } from '../step-context.ts';
import { type MeasureDocument, thumbnailName } from './documents.ts';

/** Formats that are decoded anew, in full; of others models are shown the largest thumbnail. */
const SHOWN_DIRECTLY = new Set(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'bmp']);
const NAME = 'image';

export interface Shown {
  readonly id: string;
  readonly path: string;
  /** From its pixels to those of the picture as it is meant to be seen. */
  readonly scale: number;
}

export const NOT_DECODABLE = {
  status: 'skipped',
  reason: 'not_decodable',
  hint: 'Convert the image to JPEG or PNG.',
} as const;

export function shownImage(context: StepContext, measured: StepOutput): Shown | null {
  const { format, seen, file } = measured.document as MeasureDocument;
  if (!seen) return null;
  // Numbers that are no brightness became a picture only here: a decoder shows most of them black.
  if (SHOWN_DIRECTLY.has(format) && !file.samples) return { id: NAME, path: context.input.path, scale: 1 };
  const largest = seen.thumbnails.at(-1);
  const artefact = largest && measured.artefacts.find(({ name }) => name === thumbnailName(largest));
  return artefact ? { id: NAME, path: artefact.path, scale: file.width_px / largest.width_px } : null;
}

const DAMAGED = {
  status: 'skipped',
  reason: 'not_decodable',
  hint: 'If the file is damaged or cut off, upload it again; else convert it to JPEG or PNG.',
} as const;

export function unreadableBecause(unreadable: Unreadable | null | undefined) {
  return unreadable === 'IMAGE_TOO_LARGE'
    ? ({
        status: 'skipped',
        reason: 'image_too_large',
        hint: 'Submit a smaller copy, as JPEG or PNG.',
      } as const)
    : DAMAGED;
}
