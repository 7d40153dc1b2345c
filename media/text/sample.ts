/** What the costly parts read: all of a small text; of a large one its beginning and blocks evenly over the rest. */
import { unfinished } from '../program/utf8.ts';
import { decoded, withoutMark } from './decode.ts';
import { bytesAt } from '../program/file-bytes.ts';
import { SAMPLE_BLOCK_BYTES, SAMPLE_BLOCKS, SAMPLE_HEAD_BYTES, WHOLE_BYTES } from './job.ts';
import { wellFormed } from './well-formed.ts';

export interface Sample {
  /** Pieces of text in order; each but the first begins at a line where there is one. */
  readonly pieces: readonly string[];
  readonly bytes: number;
  readonly whole: boolean;
}

export function sampleOf(path: string, size: number, encoding: string, bom: boolean): Sample {
  const unmarked = (text: string): string => (bom ? withoutMark(text) : text);
  if (size <= WHOLE_BYTES) {
    return { pieces: [unmarked(textOf(bytesAt(path, 0, size), encoding))], bytes: size, whole: true };
  }
  const head = unmarked(textOf(bytesAt(path, 0, SAMPLE_HEAD_BYTES), encoding));
  const blocks = Array.from({ length: SAMPLE_BLOCKS }, (_, index) => {
    const room = size - SAMPLE_HEAD_BYTES - SAMPLE_BLOCK_BYTES;
    // Four bytes are the largest unit of an encoding.
    const position = SAMPLE_HEAD_BYTES + Math.floor((room * (index + 1)) / SAMPLE_BLOCKS / 4) * 4;
    return fromLine(textOf(aligned(bytesAt(path, position, SAMPLE_BLOCK_BYTES), encoding), encoding));
  });
  const bytes = SAMPLE_HEAD_BYTES + SAMPLE_BLOCKS * SAMPLE_BLOCK_BYTES;
  return { pieces: [head, ...blocks], bytes, whole: false };
}

function textOf(bytes: Buffer, encoding: string): string {
  return wellFormed(decoded(bytes, encoding));
}

/** Without the ends of characters that were cut. */
function aligned(bytes: Buffer, encoding: string): Buffer {
  if (encoding !== 'utf-8') return bytes;
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return bytes.subarray(from, bytes.length - unfinished(bytes));
}

function fromLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 || end > text.length / 2 ? text : text.slice(end + 1);
}
