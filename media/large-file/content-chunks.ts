/**
 * Content-defined chunks by FastCDC: a gear hash over the bytes since the chunk's minimum, normalised chunking of level
 * 2. The gear table is the first 4 bytes of the sha256 of each byte value, so that anybody can cut the same way.
 */
import { createHash } from 'node:crypto';
import type { CutSizes } from './job.ts';

export interface Cutter {
  feed(bytes: Buffer): void;
  /** Closes the open chunk at the end of the file. */
  end(): void;
  /** Where the open chunk began. */
  readonly start: () => number;
  /** The chunks that were closed: length and sha256, 36 bytes each. */
  readonly packed: () => Buffer;
}

const NORMALISATION = 2;
const gear = Int32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256').update(Buffer.of(byte)).digest().readInt32BE(0),
);

export function openCutter(sizes: CutSizes, start: number, packed: Buffer): Cutter {
  const { min_bytes } = sizes;
  const scan = openScan(sizes);
  const closed: Buffer[] = [packed];
  let hash = createHash('sha256');
  let length = 0;
  let from = start;
  const close = (): void => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(length);
    closed.push(Buffer.concat([size, hash.digest()]));
    from += length;
    [hash, length] = [createHash('sha256'), 0];
  };
  return {
    feed(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const { to, cut } =
          length < min_bytes
            ? { to: Math.min(bytes.length, at + min_bytes - length), cut: false }
            : scan(bytes, at, length);
        hash.update(bytes.subarray(at, to));
        length += to - at;
        at = to;
        if (cut) close();
      }
    },
    end() {
      if (length > 0) close();
    },
    start: () => from,
    packed: () => Buffer.concat(closed),
  };
}

/** Behind the byte whose hash fits; or where the mask changes, or the bytes end, and nothing was found. */
type Scan = (bytes: Buffer, at: number, length: number) => { readonly to: number; readonly cut: boolean };

function openScan({ average_bytes, max_bytes }: CutSizes): Scan {
  const bits = Math.round(Math.log2(average_bytes));
  const strict = highBits(bits + NORMALISATION);
  const loose = highBits(bits - NORMALISATION);
  let rolling = 0;
  return (bytes, at, length) => {
    const mask = length < average_bytes ? strict : loose;
    const most = (length < average_bytes ? average_bytes : max_bytes) - length;
    const to = Math.min(bytes.length, at + most);
    let value = rolling;
    for (let index = at; index < to; index += 1) {
      value = ((value << 1) + (gear[bytes[index] as number] as number)) | 0;
      if ((value & mask) !== 0) continue;
      rolling = 0;
      return { to: index + 1, cut: true };
    }
    const cut = length + to - at >= max_bytes;
    rolling = cut ? 0 : value;
    return { to, cut };
  };
}

function highBits(bits: number): number {
  return -1 << (32 - bits);
}
