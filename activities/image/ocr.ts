/** Reads the text that stands in the picture. What cannot be read is skipped, with the reason. */
import { writeFile } from 'node:fs/promises';
import type { OcrInput, OcrValue } from '../../kinds/image/flow.ts';
import { leftPixels } from '../inference/left-pixels.ts';
import { type Point, readText, type TextLine, type TextOutcome } from '../inference/text.ts';
import type { StepImplementation } from '../step-context.ts';
import { MOST_INLINE_LINES, OCR_ARTEFACT, type OcrDocument } from './documents.ts';
import { NOT_DECODABLE, shownImage, unreadableBecause } from './shown.ts';

export const ocr: StepImplementation<OcrInput, OcrValue> = async (context, input) => {
  const measured = await context.output(input.measure);
  const shown = shownImage(context, measured);
  if (!shown) return left(NOT_DECODABLE, 0);
  const { id, path, scale } = shown;
  const decoded = await leftPixels(context, input.measure, id);
  const options = { minConfidence: input.minConfidence, ...(decoded && { decoded }) };
  const outcome = await readText(context, [{ id, path }], options);
  if (outcome.status === 'skipped') return left(outcome, 0);
  const [read] = outcome.images;
  if (!read || read.unreadable) return left(unreadableBecause(read?.unreadable), 0);
  const lines = read.lines.map((line) => ({ ...line, box: scaled(line.box, scale) }));
  if (lines.length > MOST_INLINE_LINES) {
    await writeFile(context.artefact(OCR_ARTEFACT.name, OCR_ARTEFACT.mediaType), JSON.stringify({ lines }));
  }
  const kept = lines.slice(0, MOST_INLINE_LINES);
  const images = [{ ...read, lines: kept, text: kept.map(({ text }) => text).join('\n') }];
  return left({ ...outcome, images }, lines.length);
};

function scaled(box: TextLine['box'], scale: number): TextLine['box'] {
  if (scale === 1) return box;
  return box.map(([x, y]): Point => [x * scale, y * scale]) as unknown as TextLine['box'];
}

function left(outcome: TextOutcome | OcrDocument['outcome'], lines: number) {
  const document: OcrDocument = { outcome, moreLines: Math.max(0, lines - MOST_INLINE_LINES) };
  const value = { lines, skipped: outcome.status === 'skipped' ? outcome.reason : null };
  return { value, document, remember: outcome.status !== 'skipped' };
}
