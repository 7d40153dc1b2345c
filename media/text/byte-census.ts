/** One pass over all bytes: is it UTF-8, how many control bytes and zeros are there, and on which sides. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { unfinished } from '../program/utf8.ts';
import { READ_BYTES } from './job.ts';

export interface ByteCensus {
  readonly bytes: number;
  readonly validUtf8: boolean;
  readonly counts: Float64Array;
  readonly zerosAtEven: number;
  readonly zerosAtOdd: number;
  /** Encoded U+FFFD: characters that the text itself has. */
  readonly encodedReplacements: number;
}

export async function byteCensus(path: string, onBytes: (done: number) => void): Promise<ByteCensus> {
  const counts = new Float64Array(256);
  const zeros = [0, 0];
  let bytes = 0;
  let valid = true;
  let encodedReplacements = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const read of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const chunk = read as Buffer;
    countBytes(chunk, counts);
    const zeroBefore = counts[0] as number;
    if (zeroBefore > (zeros[0] as number) + (zeros[1] as number)) countZeros(chunk, bytes, zeros);
    const joined: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = joined.length - unfinished(joined);
    if (valid) valid = isUtf8(joined.subarray(0, whole));
    encodedReplacements += countReplacements(joined.subarray(0, whole));
    rest = Buffer.from(joined.subarray(whole));
    bytes += chunk.length;
    onBytes(bytes);
  }
  return {
    bytes,
    validUtf8: valid && rest.length === 0,
    counts,
    zerosAtEven: zeros[0] as number,
    zerosAtOdd: zeros[1] as number,
    encodedReplacements,
  };
}

function countBytes(chunk: Buffer, counts: Float64Array): void {
  for (let index = 0; index < chunk.length; index += 1) {
    const byte = chunk[index] as number;
    counts[byte] = (counts[byte] as number) + 1;
  }
}

function countZeros(chunk: Buffer, offset: number, zeros: number[]): void {
  for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) {
    const side = (offset + at) % 2;
    zeros[side] = (zeros[side] as number) + 1;
  }
}

const REPLACEMENT = Buffer.from('\ufffd');

function countReplacements(chunk: Buffer): number {
  let found = 0;
  for (let at = chunk.indexOf(REPLACEMENT); at >= 0; at = chunk.indexOf(REPLACEMENT, at + 3)) found += 1;
  return found;
}
