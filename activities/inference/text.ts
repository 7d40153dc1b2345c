/** The text that stands in images, by PP-OCR: where lines are, then what they say. */
import { readFile } from 'node:fs/promises';
import { alphabetOf, inReadingOrder, meanOf } from '../../kinds/inference/text-lines.ts';
import { TEXT_DETECTOR, TEXT_RECOGNISER } from '../../kinds/models/catalogue.ts';
import type { SizeWanted } from '../../media/inference/decode-image.ts';
import type { EngineUse } from '../../media/inference/engine.ts';
import type { StepContext } from '../step-context.ts';
import { createRunMeter } from './batches.ts';
import { createImageProgress } from './image-progress.ts';
import { decodeImages, type ImagePixels } from './images.ts';
import type { InferenceRun, ModelUse, Skipped } from './outcome.ts';
import { orWithoutRuntime, useOf, withoutModel, withoutRuntime } from './skipped.ts';
import { linesOf, type TextModels } from './text-lines.ts';

export interface ImageToRead {
  /** The caller's name for it, given back with what was read. */
  readonly id: string;
  /** A JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP file. */
  readonly path: string;
}

export type Point = readonly [x: number, y: number];

export interface TextLine {
  readonly text: string;
  /** Mean over the characters, 0 to 1. */
  readonly confidence: number;
  /** In pixels of the image as it is displayed: top left, top right, bottom right, bottom left of the line. */
  readonly box: readonly [Point, Point, Point, Point];
}

export interface ImageText {
  readonly id: string;
  /** From top to bottom, then from left to right. */
  readonly lines: readonly TextLine[];
  /** The lines, joined by newlines. */
  readonly text: string;
  /** Mean over the characters of all lines; null where there are none. */
  readonly confidence: number | null;
  /** Why the image could not be read, as a code; null where it was. */
  readonly unreadable: 'IMAGE_UNDECODABLE' | 'IMAGE_TOO_LARGE' | null;
}

export interface TextFound extends InferenceRun {
  readonly status: 'ok';
  /** In the order they were given. */
  readonly images: readonly ImageText[];
  /** The recogniser. */
  readonly model: ModelUse;
  readonly detector: ModelUse;
  /** As asked; an elongated image is looked at in up to four times the side. */
  readonly params: { readonly min_confidence: number; readonly detect_side_px: number };
}

export type TextOutcome = TextFound | Skipped;

export interface TextOptions {
  /** Lines below this confidence are left out; 0.5 unless said. */
  readonly minConfidence?: number;
  /** Largest side at which text is looked for, of an elongated image up to four times that; 960 px unless said. */
  readonly detectSide_px?: number;
  /** The one image, where somebody has decoded it in `sizesToRead`. */
  readonly decoded?: ImagePixels;
}

const DEFAULTS = { minConfidence: 0.5, detectSide_px: 960 } as const;

/**
 * Lines are cut out of an image of at most this side, of an elongated one four times that: a line of text is legible in
 * it wherever it is found in 960 px.
 */
const CUT_SIDE_PX = 4_096;

/**
 * An image that cannot be decoded is named in its own entry and spoils no other. Throws a StepFailure for a model that
 * broke; a model or a runtime that is not there is an outcome, not a failure.
 */
export async function readText(
  context: StepContext,
  images: readonly ImageToRead[],
  options: TextOptions = {},
): Promise<TextOutcome> {
  const [detector, recogniser] = await Promise.all([
    context.infer.model(TEXT_DETECTOR),
    context.infer.model(TEXT_RECOGNISER),
  ]);
  if (!context.infer.hasRuntime()) return withoutRuntime();
  if (detector === null) return withoutModel({ name: TEXT_DETECTOR });
  if (recogniser === null) return withoutModel({ name: TEXT_RECOGNISER });
  const alphabet = alphabetOf(await readFile(recogniser.vocabularyPath as string, 'utf8'));
  const meter = createRunMeter();
  const threads = context.infer.threads();
  const models = {
    detector: { path: detector.modelPath, ...threads },
    recogniser: { path: recogniser.modelPath, ...threads },
    alphabet,
    meter,
  };
  const { detectSide_px: side, minConfidence, decoded } = { ...DEFAULTS, ...options };
  return orWithoutRuntime(async () => ({
    status: 'ok',
    images: await readImages(context, images, { models, side, minConfidence, decoded }),
    model: useOf(recogniser),
    detector: useOf(detector),
    params: { min_confidence: minConfidence, detect_side_px: side },
    ...meter.summary(),
  }));
}

interface Reading {
  readonly models: Omit<TextModels, 'onPart'>;
  readonly side: number;
  readonly minConfidence: number;
  readonly decoded: ImagePixels | undefined;
}

async function readImages(
  context: StepContext,
  images: readonly ImageToRead[],
  { models, side, minConfidence, decoded }: Reading,
): Promise<readonly ImageText[]> {
  const progress = createImageProgress(context, images.length);
  const read: ImageText[] = [];
  const onPart = (part: number): void => progress.looked(read.length + part);
  const decoding = () => decodeImages(context, images, sizesToRead(side), progress.decoded);
  for await (const image of decoded ? [decoded] : decoding()) {
    if ('unreadable' in image) read.push(unread(image.id, image.unreadable));
    else
      read.push(
        await context.infer.use((use) => readImage(use, image, { ...models, onPart }, minConfidence)),
      );
    progress.looked(read.length);
  }
  return read;
}

/** What lines are cut out of, and what they are found in. */
export function sizesToRead(side: number = DEFAULTS.detectSide_px): readonly SizeWanted[] {
  return [
    { width: CUT_SIDE_PX, height: CUT_SIDE_PX, fit: 'within' },
    { width: side, height: side, fit: 'multiple' },
  ];
}

function unread(id: string, unreadable: ImageText['unreadable']): ImageText {
  return { id, lines: [], text: '', confidence: null, unreadable };
}

async function readImage(
  use: EngineUse,
  image: ImagePixels,
  models: TextModels,
  least: number,
): Promise<ImageText> {
  const lines = await linesOf(use, image, models);
  const kept = inReadingOrder(lines.filter(({ text, confidence }) => text !== '' && confidence >= least));
  const characters = kept.flatMap(({ text, confidence }) => Array.from(text, () => confidence));
  return {
    id: image.id,
    lines: kept,
    text: kept.map(({ text }) => text).join('\n'),
    confidence: characters.length === 0 ? null : meanOf(characters),
    unreadable: null,
  };
}
