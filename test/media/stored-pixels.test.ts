/** Parts of pixels that stay in their file, and the pieces that are cut out around lines. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutsOf } from '../../activities/inference/line-cuts.ts';
import { pixelsInFile, storedPixels, wholeOf } from '../../activities/inference/stored-pixels.ts';
import type { Tensor } from '../../media/inference/protocol.ts';
import type { Rectangle } from '../../media/inference/requests.ts';
import { makeDirectory } from './sandboxed.ts';

const SIZE = { width: 200, height: 100 };
/** Each pixel says where it stands. */
const BYTES = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, at) => {
  const pixel = Math.floor(at / 3);
  return [pixel % SIZE.width, Math.floor(pixel / SIZE.width), 7][at % 3] as number;
});

const bytesOf = (tensor: Tensor | undefined): readonly number[] => [...((tensor?.data ?? []) as Uint8Array)];

function inMemory() {
  const reads: number[] = [];
  const pixels = storedPixels(SIZE, (position, length) => {
    reads.push(length);
    return BYTES.subarray(position, position + length);
  });
  return { pixels, reads };
}

const rectangle = (left: number, top: number, right: number, bottom: number): Rectangle =>
  [...[left, top, right, top], ...[right, bottom, left, bottom]] as unknown as Rectangle;

describe('parts of stored pixels', () => {
  const part = { left: 30, top: 20, width: 4, height: 3 };
  const expected = [20, 21, 22].flatMap((y) => [30, 31, 32, 33].flatMap((x) => [x, y, 7]));

  it('are what lies there, out of the rows that hold them', async () => {
    const { pixels, reads } = inMemory();
    const [found] = await pixels.parts([part]);
    expect(found).toMatchObject({ name: 'pixels', type: 'uint8', dims: [3, 4, 3] });
    expect(bytesOf(found)).toEqual(expected);
    expect(reads).toEqual([3 * SIZE.width * 3]);
  });

  it('read rows once where they would read them again and again', async () => {
    const { pixels, reads } = inMemory();
    const high = { left: 0, top: 0, width: 2, height: 60 };
    const [one, other] = await pixels.parts([high, { ...high, left: 30, top: 20 }]);
    expect(reads).toEqual([BYTES.length]);
    expect(bytesOf(one).slice(0, 6)).toEqual([0, 0, 7, 1, 0, 7]);
    expect(bytesOf(other).slice(-6)).toEqual([30, 79, 7, 31, 79, 7]);
  });

  it('come out of a file too, and a file that is cut short is refused', async () => {
    const path = join(makeDirectory(), 'pixels.rgb');
    writeFileSync(path, BYTES);
    const [found] = await pixelsInFile(path, SIZE).parts([part]);
    expect(bytesOf(found)).toEqual(expected);
    expect(Buffer.from((await wholeOf(pixelsInFile(path, SIZE))).data as Uint8Array).equals(BYTES)).toBe(
      true,
    );
    await expect(wholeOf(pixelsInFile(path, { ...SIZE, height: 101 }))).rejects.toThrow(RangeError);
  });
});

describe('pieces around lines', () => {
  it('hold the line and two pixels around it, within the image', async () => {
    const boxes = [rectangle(30.4, 20.6, 80.2, 30.1), rectangle(-5, -5, 20, 8), rectangle(190, 95, 220, 120)];
    const { pixels, boxes: moved } = await cutsOf(inMemory().pixels, boxes);
    expect(pixels.map(({ dims }) => dims)).toEqual([
      [33 - 18, 83 - 28, 3],
      [10, 22, 3],
      [7, 12, 3],
    ]);
    for (const [index, { data, dims }] of pixels.entries()) {
      const bytes = data as Uint8Array;
      const box = boxes[index] as Rectangle;
      const [left, top] = [bytes[0] as number, bytes[1] as number];
      expect(moved[index]).toEqual(box.map((value, at) => value - (at % 2 === 0 ? left : top)));
      expect(bytes.length).toBe((dims[0] as number) * (dims[1] as number) * 3);
    }
  });

  it('are at least one pixel of the image, also where a line lies beyond it', async () => {
    const boxes = [rectangle(300, 20, 340, 30), rectangle(20, -40, 60, -30)];
    const { pixels } = await cutsOf(inMemory().pixels, boxes);
    expect(pixels.map(({ dims }) => dims)).toEqual([
      [14, 1, 3],
      [1, 44, 3],
    ]);
  });

  it('are the image itself where they would hold more than it', async () => {
    const boxes = [rectangle(0, 0, 200, 60), rectangle(0, 40, 200, 100)];
    const { pixels, boxes: kept } = await cutsOf(inMemory().pixels, boxes);
    expect(pixels.map(({ dims }) => dims)).toEqual([[100, 200, 3]]);
    expect(kept).toEqual(boxes);
  });
});
