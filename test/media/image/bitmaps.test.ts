/** Bitmaps as Windows and OS/2 wrote them in thirty years: one picture of four colours in each form. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { decodeImage } from '../../../media/inference/decode-image.ts';
import { analyseImage, removeDirectories } from './analyse-image.ts';

vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-bitmaps-'));
afterAll(() => {
  removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

type Colour = readonly [red: number, green: number, blue: number];

const SIDE = 32;
/** Halves and ends of the scale, which five bits hold too. */
const COLOURS: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
];
/** From the top: sixteen rows of the first colour, eight of the second, four of the third and the fourth. */
const ROWS: readonly number[] = Array.from({ length: SIDE }, (_, y) =>
  y < 16 ? 0 : y < 24 ? 1 : y < 28 ? 2 : 3,
);
const MEAN = [0, 1, 2].map(
  (channel) =>
    ROWS.reduce((sum, index) => sum + ((COLOURS[index] as Colour)[channel] as number), 0) / ROWS.length,
);

interface Form {
  readonly bits: number;
  readonly header?: number;
  readonly compression?: number;
  readonly masks?: readonly number[];
  readonly topDown?: boolean;
}

function bitmap(form: Form, rows: Buffer): Buffer {
  const { bits, header = 40, compression = 0, masks = [], topDown = false } = form;
  const entry = header === 12 ? 3 : 4;
  const palette = bits > 8 ? [] : COLOURS.flatMap(([r, g, b]) => [b, g, r, 0].slice(0, entry));
  const head = Buffer.alloc(14 + header);
  const tail = Buffer.concat([Buffer.from(new Uint32Array(masks).buffer), Buffer.from(palette)]);
  head.write('BM', 'latin1');
  head.writeUInt32LE(head.length + tail.length + rows.length, 2);
  head.writeUInt32LE(head.length + tail.length, 10);
  head.writeUInt32LE(header, 14);
  if (header === 12) {
    for (const [index, value] of [SIDE, SIDE, 1, bits].entries()) head.writeUInt16LE(value, 18 + 2 * index);
    return Buffer.concat([head, tail, rows]);
  }
  head.writeInt32LE(SIDE, 18);
  head.writeInt32LE(topDown ? -SIDE : SIDE, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  if (header > 16) head.writeUInt32LE(compression, 30);
  if (header > 32) head.writeUInt32LE(bits > 8 ? 0 : COLOURS.length, 46);
  return Buffer.concat([head, tail, rows]);
}

/** The rows from below, each of one colour. */
const upwards = (row: (index: number) => Buffer): Buffer =>
  Buffer.concat(ROWS.toReversed().map((index) => row(index)));
const filled = (bytes: number, unit: readonly number[]): Buffer => Buffer.alloc(bytes, Buffer.from(unit));
const bgr = (index: number): readonly number[] => (COLOURS[index] as Colour).toReversed();
const words = (values: readonly number[]) => (index: number) =>
  filled(2 * SIDE, [(values[index] as number) & 255, (values[index] as number) >> 8]);
const bytes = upwards((index) => filled(SIDE, [index]));
/** A run, four pixels as they are, the rest as a run, the end of the row. */
const rle8 = upwards((index) =>
  Buffer.from([8, index, 0, 4, index, index, index, index, SIDE - 12, index, 0, 0]),
);
const rle4 = upwards((index) =>
  Buffer.from([8, index * 17, 0, 3, index * 17, index * 16, 21, index * 17, 0, 0]),
);

const FORMS: readonly (readonly [string, Form, Buffer])[] = [
  ['16 bits', { bits: 16 }, upwards(words([0x7c00, 0x3e0, 0x1f, 0x7fff]))],
  [
    '16 bits with masks',
    { bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f] },
    upwards(words([0xf800, 0x7e0, 0x1f, 0xffff])),
  ],
  [
    '32 bits with masks in an unusual order',
    { bits: 32, compression: 3, masks: [0xff, 0xff00, 0xff000000] },
    upwards((index) => {
      const [red, green, blue] = COLOURS[index] as Colour;
      return filled(4 * SIDE, [red, green, 0, blue]);
    }),
  ],
  ['OS/2, first edition', { bits: 8, header: 12 }, bytes],
  ['OS/2, second edition', { bits: 8, header: 64 }, bytes],
  ['OS/2, shortest header', { bits: 2, header: 16 }, upwards((index) => filled(SIDE / 4, [index * 0x55]))],
  ['runs of bytes', { bits: 8, compression: 1 }, Buffer.concat([rle8, Buffer.from([0, 1])])],
  ['runs of half bytes', { bits: 4, compression: 2 }, rle4],
];

it.each(FORMS)('a bitmap is decoded: %s', async (name, form, rows) => {
  const path = join(directory, `${name.replaceAll(/\W/g, '-')}.bmp`);
  writeFileSync(path, bitmap(form, rows));
  const { result, codes } = await analyseImage(path);
  expect(result.image.file).toMatchObject({ width_px: SIDE, height_px: SIDE });
  expect(result.image.stats?.mean_rgb).toEqual(MEAN);
  expect(codes).not.toContain('TRUNCATED');
  expect(result.status).toBe('complete');
});

const bgrRows = upwards((index) => filled(3 * SIDE, bgr(index)));

it('statistics of a bitmap are of the rows that it has, not of black ones', async () => {
  const path = join(directory, 'half.bmp');
  // Of the lower half, rows of green, blue and white.
  writeFileSync(path, bitmap({ bits: 24 }, bgrRows.subarray(0, bgrRows.length / 2)));
  const { result, codes } = await analyseImage(path);
  expect(codes).toContain('TRUNCATED');
  expect(result.coverage.analysed_pixels).toBe((SIDE * SIDE) / 2);
  expect(result.image.stats?.mean_rgb).toEqual([63.75, 191.25, 127.5]);
  const upper = bitmap({ bits: 24, topDown: true }, filled((3 * SIDE * SIDE) / 2, bgr(0)));
  writeFileSync(path, upper);
  expect((await analyseImage(path)).result.image.stats?.mean_rgb).toEqual([255, 0, 0]);
});

it('a bitmap whose runs end early is partial, and one without any rows is refused', async () => {
  const path = join(directory, 'runs.bmp');
  writeFileSync(path, bitmap({ bits: 8, compression: 1 }, rle8.subarray(0, rle8.length / 4)));
  const { result } = await analyseImage(path);
  expect(result.coverage.analysed_pixels).toBe((SIDE * SIDE) / 4);
  expect(result.status).toBe('partial');
  writeFileSync(path, bitmap({ bits: 24 }, Buffer.alloc(10)));
  await expect(analyseImage(path)).rejects.toMatchObject({ code: 'IMAGE_UNDECODABLE' });
});

it('models are shown a bitmap in full, as other pictures', async () => {
  const path = join(directory, 'shown.bmp');
  writeFileSync(path, bitmap({ bits: 24 }, bgrRows));
  const shown: number[][] = [];
  const wanted = { width: 4_096, height: 4_096, fit: 'within' } as const;
  const decoded = await decodeImage(path, [wanted], 1_000_000, (_, { data }) => {
    shown.push([0, 16, 24, 28].flatMap((y) => [...data.subarray(3 * SIDE * y, 3 * SIDE * y + 3)]));
  });
  expect(decoded).toEqual({ ok: true, width: SIDE, height: SIDE });
  expect(shown).toEqual([COLOURS.flat()]);
  expect(await decodeImage(path, [wanted], 100, () => {})).toEqual({ ok: false, code: 'IMAGE_TOO_LARGE' });
  writeFileSync(path, 'BM');
  expect(await decodeImage(path, [wanted], 100, () => {})).toEqual({ ok: false, code: 'IMAGE_UNDECODABLE' });
});
