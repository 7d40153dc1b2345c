/** Unpacks the run-length coding of bitmaps with 4 and 8 bits. */
import type { BmpHeader } from './bmp-header.ts';

export interface Indexes {
  /** One byte a pixel, row by row as the file has them. Where the coding skips pixels they are the first colour. */
  readonly indexes: Uint8Array;
  /** Rows that the file had data for. */
  readonly rows: number;
}

const [END_OF_ROW, END_OF_BITMAP, MOVE] = [0, 1, 2];

export function indexesOf(file: Buffer, { width, height, packing, pixelsAt }: BmpHeader): Indexes {
  const indexes = new Uint8Array(width * height);
  const perByte = packing === 'rle4' ? 2 : 1;
  const valueOf = (byte: number, which: number): number => {
    if (perByte === 1) return byte;
    return which % 2 === 0 ? byte >> 4 : byte & 15;
  };
  let [at, x, y] = [pixelsAt, 0, 0];
  /** What leads beyond the row costs no time. */
  const put = (count: number, value: (index: number) => number): void => {
    const room = Math.max(0, Math.min(count, width - x));
    for (let index = 0; index < room; index++) indexes[y * width + x + index] = value(index);
    x += count;
  };
  while (y < height && at + 2 <= file.length) {
    const [count, code] = [file[at] as number, file[at + 1] as number];
    at += 2;
    if (count > 0) {
      put(count, (index) => valueOf(code, index));
    } else if (code === END_OF_BITMAP) {
      return { indexes, rows: height };
    } else if (code === END_OF_ROW) {
      [x, y] = [0, y + 1];
    } else if (code === MOVE) {
      [x, y] = [x + (file[at] ?? 0), y + (file[at + 1] ?? 0)];
      at += 2;
    } else {
      const from = at;
      put(code, (index) => valueOf(file[from + Math.floor(index / perByte)] ?? 0, index));
      // Literal pixels fill whole pairs of bytes.
      at += 2 * Math.ceil(code / perByte / 2);
    }
  }
  // The last row may lack its end.
  const last = y < height && x >= width ? 1 : 0;
  return { indexes, rows: Math.min(height, y + last) };
}
