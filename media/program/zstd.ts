/**
 * Zstandard files of several frames, as `zstd` appended to a file, pzstd and seekable archives have them. Node's decoder
 * takes a frame that follows another only where it begins a write of its own: it ignores what comes behind an end.
 */
import * as zlib from 'node:zlib';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

const isSkippable = (magic: number): boolean => (magic & 0xfffffff0) === SKIPPABLE_MAGIC;

/** By the first frame that holds something, or by frames to skip as far as the head goes. */
export function beginsZstd(head: Buffer): boolean {
  let at = 0;
  while (at + 8 <= head.length && isSkippable(head.readUInt32LE(at))) at += 8 + head.readUInt32LE(at + 4);
  if (at + 4 <= head.length) return head.readUInt32LE(at) === MAGIC;
  return at > 0;
}

/** Null where this Node cannot: before 22.15 it had no zstd, and a module that imports it by name does not load. */
export function openZstdDecoder(from: Pick<Partial<typeof zlib>, 'createZstdDecompress'> = zlib) {
  return from.createZstdDecompress?.() ?? null;
}

/** The same bytes in pieces of which none goes on behind the end of a frame. Damage is left for the decoder to find. */
export async function* framesApart(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let part: Part = { bytes: 0, next: 'frame', checksumBytes: 0 };
  let left = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    let at = 0;
    for (;;) {
      const passed = Math.min(left, bytes.length - at);
      at += passed;
      left -= passed;
      if (left > 0) break;
      if (part.next === 'frame' && at > from) {
        yield bytes.subarray(from, at);
        from = at;
      }
      const following = partAt(bytes, at, part);
      if (following === null) break;
      part = following;
      left = part.bytes;
    }
    if (at > from) yield bytes.subarray(from, at);
    rest = bytes.subarray(at);
  }
  if (rest.length > 0) yield rest;
}

/** The header of a frame, one of its blocks, or a frame to skip. */
interface Part {
  readonly bytes: number;
  /** What begins behind it. */
  readonly next: 'frame' | 'block';
  /** Behind the last block of this frame. */
  readonly checksumBytes: number;
}

/** Null where its length is in bytes that are yet to come. */
function partAt(bytes: Buffer, at: number, { next, checksumBytes }: Part): Part | null {
  if (next === 'block')
    return at + 3 <= bytes.length ? blockAt(bytes.readUIntLE(at, 3), checksumBytes) : null;
  if (at + 4 > bytes.length) return null;
  const magic = bytes.readUInt32LE(at);
  if (isSkippable(magic)) {
    return at + 8 <= bytes.length
      ? { bytes: 8 + bytes.readUInt32LE(at + 4), next: 'frame', checksumBytes: 0 }
      : null;
  }
  if (magic !== MAGIC) return { bytes: Infinity, next: 'frame', checksumBytes: 0 };
  return at + 5 <= bytes.length ? headerOf(bytes[at + 4] as number) : null;
}

function headerOf(descriptor: number): Part {
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  // A single segment has no window, and its size always.
  const sizeBytes = singleSegment && sizeFlag === 0 ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] as number);
  const windowBytes = singleSegment ? 0 : 1;
  return {
    bytes: 5 + windowBytes + (DICTIONARY_ID_BYTES[descriptor & 3] as number) + sizeBytes,
    next: 'block',
    checksumBytes: (descriptor & 4) === 0 ? 0 : 4,
  };
}

function blockAt(header: number, checksumBytes: number): Part {
  const last = (header & 1) !== 0;
  const repeatsOneByte = ((header >> 1) & 3) === 1;
  const content = repeatsOneByte ? 1 : header >> 3;
  return {
    bytes: 3 + content + (last ? checksumBytes : 0),
    next: last ? 'frame' : 'block',
    checksumBytes,
  };
}
