/** Joins what the steps measured, looks for near duplicates, judges, and writes the result. Reads nothing of the file. */
import { alertsOf, isPartial } from '../../kinds/image/alerts.ts';
import { image as definition } from '../../kinds/image/definition.ts';
import { exposureOf } from '../../kinds/image/exposure.ts';
import type { ResultInput, ResultValue } from '../../kinds/image/flow.ts';
import type { Measured } from '../../kinds/image/measured.ts';
import { type ImageSettings, imageSettings } from '../../kinds/image/params.ts';
import { type ImageResult, imageResultSchema, type ImageSection } from '../../kinds/image/result.ts';
import { summaryOf } from '../../kinds/image/summary.ts';
import type { ObjectsSection } from '../../kinds/inference/result-parts.ts';
import { howInferred } from '../inference/sections.ts';
import { type HowDone, resourceSection, stepRecords } from '../result-envelope.ts';
import type { StepContext, StepImplementation, StepOutput } from '../step-context.ts';
import { type MeasureDocument, type OcrDocument, thumbnailName } from './documents.ts';
import { comparableHashes, nearDuplicates } from './near-duplicates.ts';
import { ocrSection } from './ocr-section.ts';

export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const measure = await context.output(input.measure);
  const ocr = input.ocr === null ? null : await context.output(input.ocr);
  const objects = input.objects === undefined ? null : await context.output(input.objects);
  const settings = imageSettings(input.params);
  const measured = measure.document as MeasureDocument;
  const image = await sectionOf(context, { measured, ocr, objects }, settings);
  const { format, mime, extensions } = measured;
  const resource = resourceSection(context.input, { mime, container: format, by: 'content', extensions });
  const alerts = [...alertsOf({ resource, measured, image })];
  const document: ImageResult = {
    schema: 'analysis.image/1',
    resource,
    status: isPartial({ measured, image }) ? 'partial' : 'complete',
    steps: stepRecords(
      definition,
      [measure, ocr, objects].filter((output) => output !== null),
      (step) => howDone(step, image, settings),
    ),
    summary: summaryOf(image),
    alerts,
    coverage: coverageOf(measured),
    image,
  };
  const { hashes } = comparableHashes(measured);
  const value: ResultValue = {
    headline: document.summary.headline,
    alerts: alerts.length,
    ...(hashes && { imageHashes: hashes }),
  };
  return { value, document: imageResultSchema.parse(document) };
};

interface Outputs {
  readonly measured: Measured;
  readonly ocr: StepOutput | null;
  readonly objects: StepOutput | null;
}

async function sectionOf(
  context: StepContext,
  { measured, ocr, objects }: Outputs,
  settings: ImageSettings,
): Promise<ImageSection> {
  const { format, file, icc, exif, gps, iptc, xmp, texts, seen } = measured;
  return {
    format,
    file,
    icc,
    exif,
    gps,
    iptc,
    xmp,
    texts,
    stats: seen?.stats ?? null,
    exposure: seen ? exposureOf(seen.stats) : null,
    hashes: seen?.hashes ?? null,
    near_duplicates: await nearDuplicates(context, measured, settings.nearDuplicateBits),
    dominant: seen?.dominant ?? null,
    blurhash: seen?.blurhash ?? null,
    thumbnails: (seen?.thumbnails ?? []).map((one) => ({ ...one, uri: thumbnailName(one) })),
    ocr: ocrSection(ocr && (ocr.document as OcrDocument)),
    ...(objects && { objects: objects.document as ObjectsSection }),
  };
}

function howDone(step: string, { ocr, objects }: ImageSection, settings: ImageSettings): HowDone {
  if (step === 'image.measure') return { tool: 'sharp' };
  if (step === 'image.objects' && objects) return howInferred(objects);
  return {
    tool: ocr.model?.name ?? 'PP-OCR',
    params: { min_confidence: settings.ocrMinConfidence },
    ...(ocr.status === 'skipped' && { skipped: { reason: ocr.reason ?? 'skipped' } }),
  };
}

function coverageOf({ file, seen }: Measured): ImageResult['coverage'] {
  const pixels = file.coded_width_px * file.coded_height_px;
  const pictures = Math.max(file.frames, file.pages);
  return {
    analysed_pixels: seen ? file.coded_width_px * seen.rows_px : 0,
    of_pixels: pixels,
    analysed_frames: seen ? 1 : 0,
    of_frames: pictures,
    sampled: pictures > 1,
    method: pictures > 1 ? 'every pixel of the first picture' : 'every pixel that the file has data for',
  };
}
