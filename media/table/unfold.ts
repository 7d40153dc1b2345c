/** Decompression with caps: a bomb ends as a failure before it fills the disk. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { TableFailure } from './failure.ts';
import { MEBIBYTE, type TableLimits } from './job.ts';
import { sizeOf } from '../program/file-bytes.ts';
import { framesApart, openZstdDecoder } from '../program/zstd.ts';
import { type Wrapping } from './recognise.ts';

/** Repetitive small files unfold a thousandfold and harm nobody. */
const ALWAYS_ALLOWED_BYTES = 64 * MEBIBYTE;

/** Throws DECOMPRESSION_BOMB, COMPRESSION_CORRUPT, COMPRESSION_UNSUPPORTED. */
export async function unfold(
  from: string,
  to: string,
  wrapping: Exclude<Wrapping, 'none'>,
  limits: TableLimits,
  onBytes: (done: number) => void,
): Promise<void> {
  const ratioBytes = Math.max(ALWAYS_ALLOWED_BYTES, sizeOf(from) * limits.decompressionRatio);
  const most = Math.min(limits.decompressedBytes, ratioBytes);
  let bytes = 0;
  const cap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onBytes(bytes);
      if (bytes > most) done(bomb(most));
      else done(null, chunk);
    },
  });
  try {
    const read = createReadStream(from);
    const source = wrapping === 'zstd' ? framesApart(read) : read;
    await pipeline(source, decompressor(wrapping), cap, createWriteStream(to));
  } catch (error) {
    if (error instanceof TableFailure) throw error;
    throw new TableFailure(
      'COMPRESSION_CORRUPT',
      `The ${wrapping} data cannot be unfolded to its end.`,
      'The file is damaged or truncated: compress or copy it again.',
    );
  }
}

function decompressor(wrapping: Exclude<Wrapping, 'none'>): Gunzip | ZstdDecompress {
  const opened = wrapping === 'gzip' ? createGunzip() : openZstdDecoder();
  if (opened !== null) return opened;
  throw new TableFailure(
    'COMPRESSION_UNSUPPORTED',
    'This Node cannot unfold zstd.',
    'Run the worker on Node 22.15 or newer, or unfold the file first.',
  );
}

function bomb(most: number): TableFailure {
  return new TableFailure(
    'DECOMPRESSION_BOMB',
    `The file unfolds to more than ${Math.round(most / MEBIBYTE)} MiB, which is out of proportion to its size.`,
    'If it is a real table, unfold it first and profile that file.',
  );
}
