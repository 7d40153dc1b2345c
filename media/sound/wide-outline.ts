/**
 * Whether a file of Sony Wave64 or Apple's CAF is as long as it declares: decoders cut its length off at the end of the
 * file and say nothing. Their chunks are those of WAV, with sizes of 64 bits. Damaged files give null, never errors.
 */
import type { FileHandle } from 'node:fs/promises';
import type { RiffOutline } from './riff-outline.ts';

interface Format {
  /** Bytes before the first chunk. */
  readonly start: number;
  readonly headerBytes: number;
  /** Of the chunk from its first byte to that of the next, by its header; null where a recorder left it open. */
  readonly lengthOf: (header: Buffer) => bigint | null;
}

const FORMATS: Readonly<Record<'w64' | 'caf', Format>> = {
  w64: {
    start: 40,
    headerBytes: 24,
    // Each chunk begins at a multiple of 8.
    lengthOf: (header) => (header.readBigInt64LE(16) < 0n ? null : (header.readBigInt64LE(16) + 7n) & ~7n),
  },
  caf: {
    start: 8,
    headerBytes: 12,
    lengthOf: (header) => (header.readBigInt64BE(4) < 0n ? null : header.readBigInt64BE(4) + 12n),
  },
};
const MOST_CHUNKS = 64;
/** The last chunk of Wave64 need not be filled up. */
const FILLING_BYTES = 7;

export async function readWideOutline(
  file: FileHandle,
  bytes: number,
  format: 'w64' | 'caf',
): Promise<RiffOutline | null> {
  const { start, headerBytes, lengthOf } = FORMATS[format];
  const header = Buffer.alloc(headerBytes);
  for (let at = start, chunk = 0; at + headerBytes <= bytes && chunk < MOST_CHUNKS; chunk++) {
    await file.read(header, 0, headerBytes, at);
    const length = lengthOf(header);
    if (header.toString('latin1', 0, 4) === 'data') {
      const end = length === null ? bytes : at + Number(length);
      return { duration_s: null, cut_off: end > bytes + FILLING_BYTES };
    }
    if (length === null || length < BigInt(headerBytes)) return null;
    at += Number(length);
  }
  return null;
}
