/** How a file is cut. Pure: the same for the same size and params. */
import type { LargeFileParams } from './params.ts';

export interface Plan {
  readonly bytes: number;
  readonly chunk_bytes: number;
  readonly chunks: number;
  /** Of the entropy map. */
  readonly window_bytes: number;
  readonly content_chunks: ContentChunking;
}

/** FastCDC with normalised chunking: a stricter mask before the average, a looser one after it. */
export interface ContentChunking {
  readonly min_bytes: number;
  readonly average_bytes: number;
  readonly max_bytes: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

const MEBIBYTE = 1024 ** 2;
const USUAL_CHUNK_BYTES = 128 * MEBIBYTE;
/** With plan, inspect and result a run stays below 1,000 step instances. */
const MOST_CHUNKS = 980;
/** What a killed chunk leaves to its successor is under 32 kB: it lists so many windows and content chunks at most. */
const MOST_WINDOWS = 1024;
const USUAL_CONTENT_CHUNKS = 128;

export function planOf(bytes: number, params: LargeFileParams): Plan {
  const least = Math.ceil(bytes / MOST_CHUNKS / MEBIBYTE) * MEBIBYTE;
  const chunk_bytes = Math.max(params.chunk_bytes ?? USUAL_CHUNK_BYTES, least);
  const average = powerOfTwo(Math.max(MEBIBYTE, chunk_bytes / USUAL_CONTENT_CHUNKS));
  return {
    bytes,
    chunk_bytes,
    chunks: Math.max(1, Math.ceil(bytes / chunk_bytes)),
    window_bytes: Math.ceil(chunk_bytes / MEBIBYTE / MOST_WINDOWS) * MEBIBYTE,
    content_chunks: { min_bytes: average / 2, average_bytes: average, max_bytes: average * 4 },
  };
}

export function spanOf(plan: Plan, chunk: number): Span {
  const from = chunk * plan.chunk_bytes;
  return { from, to: Math.min(plan.bytes, from + plan.chunk_bytes) };
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}
