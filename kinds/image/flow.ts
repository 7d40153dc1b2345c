/** What the steps of an image analysis are given and answer; types only. */
import type { ImageParams } from './params.ts';

export interface MeasureValue {
  /** False: the headers were read and the pixels could not be. */
  readonly decoded: boolean;
}

export interface OcrInput {
  readonly measure: number;
  readonly minConfidence: number;
}

export interface OcrValue {
  readonly lines: number;
  readonly skipped: string | null;
}

export interface ObjectsInput {
  readonly measure: number;
}

export interface ObjectsValue {
  readonly objects: number;
  readonly skipped: string | null;
}

export interface ResultInput {
  readonly measure: number;
  /** Null: not asked for. */
  readonly ocr: number | null;
  /** Absent: not asked for. */
  readonly objects?: number;
  readonly params: ImageParams;
}

export interface ResultValue {
  readonly headline: string;
  readonly alerts: number;
  /** Indexed with the commit, so that other images find this one. Absent where there is nothing to compare by. */
  readonly imageHashes?: { readonly phash64: string; readonly dhash64: string };
}
