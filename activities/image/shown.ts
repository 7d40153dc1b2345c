/** What of an image is shown to models, and what is said where that cannot be. */
import { isShownDirectly } from '../../media/image/shown-directly.ts';
import type { Unreadable } from '../inference/images.ts';
import type { StepContext, StepOutput } from '../step-context.ts';
import { type MeasureDocument, thumbnailName } from './documents.ts';

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
  const document = measured.document as MeasureDocument;
  const { seen, file } = document;
  if (!seen) return null;
  if (isShownDirectly(document)) return { id: NAME, path: context.input.path, scale: 1 };
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
