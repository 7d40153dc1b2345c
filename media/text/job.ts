/** What the child program is asked to do, and the limits that its results state. */
export interface TextJob {
  readonly inputPath: string;
  /** An encoding to read the file in; `auto` finds it. */
  readonly encoding: string;
  /** ISO 639-1 code; `auto` finds it. */
  readonly language: string;
  readonly keywords: number;
  readonly summarySentences: number;
}

export const KIBIBYTE = 1024;
export const MEBIBYTE = 1024 * KIBIBYTE;

/** Files up to this size are their own sample. */
export const WHOLE_BYTES = 4 * MEBIBYTE;
/** Of larger files: this much of the beginning, and blocks evenly over the rest. */
export const SAMPLE_HEAD_BYTES = 2 * MEBIBYTE;
export const SAMPLE_BLOCKS = 32;
export const SAMPLE_BLOCK_BYTES = 64 * KIBIBYTE;

/** What is read at once. */
export const READ_BYTES = 1024 * KIBIBYTE;

/** A word is kept as its first so many UTF-16 units and a hash of the rest. */
export const WORD_UNITS = 256;
/** Positions that are listed of each sort of odd character. */
export const LISTED_POSITIONS = 20;
