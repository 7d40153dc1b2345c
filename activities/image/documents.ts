/** What the steps of an image analysis leave for each other in the ledger, and under which names. */
import type { Measured } from '../../kinds/image/measured.ts';
import type { TextOutcome } from '../inference/text.ts';

/** What one may do about a file that breaks the decoder. */
export const BREAKS_DECODER_HINT =
  'Check that the image opens elsewhere; if it does, convert it to PNG or JPEG and submit that.';

/** Longer side of each thumbnail. */
export const THUMBNAIL_SIDES = [320, 1280] as const;

type Thumbnail = NonNullable<Measured['seen']>['thumbnails'][number];

export type MeasureDocument = Measured;

export interface OcrDocument {
  /** In pixels of the picture as it is meant to be seen; at most `MOST_INLINE_LINES` lines. */
  readonly outcome:
    | TextOutcome
    | { readonly status: 'skipped'; readonly reason: string; readonly hint: string };
  readonly moreLines: number;
}

/** Of a text with more lines, the rest stands in an artefact only. */
export const MOST_INLINE_LINES = 200;
export const OCR_ARTEFACT = { name: 'ocr.json', mediaType: 'application/json' } as const;

export function thumbnailName({ side_px, mime }: Pick<Thumbnail, 'side_px' | 'mime'>): string {
  return `thumbnail-${side_px}.${mime === 'image/webp' ? 'webp' : 'jpg'}`;
}
