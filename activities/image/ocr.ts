/** Reads the text that stands in the picture. What cannot be read is skipped, with the reason. */
import { writeFile } from 'node:fs/promises';
import type { OcrInput, OcrValue } from '../../kinds/image/flow.ts';
import {
  type ImageToRead,
  type Point,
  readText,
  type TextLine,
  type TextOutcome,
} from '../inference/text.ts';
import type { StepContext, StepImplementation, StepOutput } from '../step-context.ts';
import {
  type MeasureDocument,
  MOST_INLINE_LINES,
  OCR_ARTEFACT,
  type OcrDocument,
  thumbnailName,
} from './documents.ts';

/** Formats that the recogniser decodes itself; of others it is shown the largest thumbnail. */
const READ_DIRECTLY = new Set(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif']);
const NAME = 'image';

interface Shown extends ImageToRead {
  /** From its pixels to those of the picture as it is meant to be seen. */
  readonly scale: number;
}

export const ocr: StepImplementation<OcrInput, OcrValue> = async (context, input) => {
  const measured = await context.output(input.measure);
  const shown = shownImage(context, measured);
  if (!shown) return left(skipped('not_decodable', 'Convert the image to JPEG or PNG.'), 0);
  const { id, path, scale } = shown;
  const outcome = await readText(context, [{ id, path }], { minConfidence: input.minConfidence });
  if (outcome.status === 'skipped') return left(outcome, 0);
  const [read] = outcome.images;
  if (!read || read.unreadable) {
    const why = read?.unreadable === 'IMAGE_TOO_LARGE' ? 'image_too_large' : 'not_decodable';
    return left(skipped(why, 'Submit a smaller copy, as JPEG or PNG.'), 0);
  }
  const lines = read.lines.map((line) => ({ ...line, box: scaled(line.box, scale) }));
  if (lines.length > MOST_INLINE_LINES) {
    await writeFile(context.artefact(OCR_ARTEFACT.name, OCR_ARTEFACT.mediaType), JSON.stringify({ lines }));
  }
  const kept = lines.slice(0, MOST_INLINE_LINES);
  const images = [{ ...read, lines: kept, text: kept.map(({ text }) => text).join('\n') }];
  return left({ ...outcome, images }, lines.length);
};

function shownImage(context: StepContext, measured: StepOutput): Shown | null {
  const { format, seen, file } = measured.document as MeasureDocument;
  if (!seen) return null;
  if (READ_DIRECTLY.has(format)) return { id: NAME, path: context.input.path, scale: 1 };
  const largest = seen.thumbnails.at(-1);
  const artefact = largest && measured.artefacts.find(({ name }) => name === thumbnailName(largest));
  return artefact ? { id: NAME, path: artefact.path, scale: file.width_px / largest.width_px } : null;
}

function scaled(box: TextLine['box'], scale: number): TextLine['box'] {
  if (scale === 1) return box;
  return box.map(([x, y]): Point => [x * scale, y * scale]) as unknown as TextLine['box'];
}

function skipped(reason: string, hint: string): OcrDocument['outcome'] {
  return { status: 'skipped', reason, hint };
}

function left(outcome: TextOutcome | OcrDocument['outcome'], lines: number) {
  const document: OcrDocument = { outcome, moreLines: Math.max(0, lines - MOST_INLINE_LINES) };
  const value = { lines, skipped: outcome.status === 'skipped' ? outcome.reason : null };
  return { value, document, remember: outcome.status !== 'skipped' };
}
