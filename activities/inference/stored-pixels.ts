/**
 * Pixels of a decoded image in their file, three bytes each, row by row. A worker reads the rows of the parts that it
 * sends on: whole pictures of many megabytes, many times a second, would keep its garbage collector busier than
 * everything else.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Size } from '../../media/inference/decode-image.ts';
import type { Tensor } from '../../media/inference/protocol.ts';

/** In whole pixels, within the image. */
export interface Part extends Size {
  readonly left: number;
  readonly top: number;
}

export interface StoredPixels extends Size {
  /** `pixels` [height, width, 3] of each part, in their order. */
  readonly parts: (parts: readonly Part[]) => Promise<readonly Tensor[]>;
}

const CHANNELS = 3;

/** So many bytes, from there on. */
type ReadBytes = (position: number, length: number) => Uint8Array | Promise<Uint8Array>;

export function storedPixels({ width, height }: Size, read: ReadBytes): StoredPixels {
  const stride = width * CHANNELS;
  return {
    width,
    height,
    async parts(parts) {
      const rows = parts.reduce((sum, part) => sum + part.height, 0);
      // Lines that stand upright lie in nearly all rows, and each would read them again.
      const all = rows < height ? null : await read(0, height * stride);
      const cut = async (part: Part): Promise<Tensor> => {
        const [from, length] = [part.top * stride, part.height * stride];
        const bytes = all ? all.subarray(from, from + length) : await read(from, length);
        return tensorOf(part, columnsOf(bytes, part, stride));
      };
      return Promise.all(parts.map(cut));
    },
  };
}

export function pixelsInFile(path: string, size: Size): StoredPixels {
  return storedPixels(size, async (position, length) => {
    const file = await open(path);
    try {
      return await readAt(file, position, length);
    } finally {
      await file.close();
    }
  });
}

export async function wholeOf(pixels: StoredPixels): Promise<Tensor> {
  const { width, height } = pixels;
  const [whole] = await pixels.parts([{ left: 0, top: 0, width, height }]);
  return whole as Tensor;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) throw new RangeError('a file of pixels is cut short');
    at += bytesRead;
  }
  return bytes;
}

/** Of whole rows, those columns that belong to the part. */
function columnsOf(rows: Uint8Array, { left, width, height }: Part, stride: number): Uint8Array {
  const length = width * CHANNELS;
  if (length === stride) return rows;
  const columns = new Uint8Array(height * length);
  for (let row = 0; row < height; row += 1) {
    const from = row * stride + left * CHANNELS;
    columns.set(rows.subarray(from, from + length), row * length);
  }
  return columns;
}

function tensorOf({ width, height }: Size, data: Uint8Array): Tensor {
  return { name: 'pixels', type: 'uint8', dims: [height, width, CHANNELS], data };
}
