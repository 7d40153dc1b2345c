/** TIFF files whose pixels are numbers and no bytes: shown by a rule that is told, never black or cut off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type SampleForm, tiffOf } from '../../support/tiff-pictures.ts';
import { type Analysed, analyseImage, removeDirectories } from './analyse-image.ts';

vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-samples-'));
afterAll(() => {
  removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

const [WIDTH, HEIGHT] = [64, 48];
/** Quarters of the rows, from the top, have one value each. */
const quarters = (values: readonly number[], channels = 1): readonly number[] =>
  Array.from(
    { length: WIDTH * HEIGHT * channels },
    (_, at) => values[Math.floor((at * 4) / (WIDTH * HEIGHT * channels))] as number,
  );

async function analysed(values: readonly number[], form: SampleForm): Promise<Analysed> {
  const path = join(directory, 'numbers.tif');
  writeFileSync(path, tiffOf(WIDTH, quarters(values, form.channels), form));
  return analyseImage(path);
}

const float = { kind: 'float', bits: 32 } as const;
/** A quarter of black, white and what lies between at a third and two thirds. */
const STRETCHED = [127.5, 127.5, 127.5];

it.each<readonly [string, readonly number[], SampleForm, readonly number[], string]>([
  ['shares of white', [0, 0.2, 0.4, 1], float, [102, 102, 102], 'light'],
  ['half floats', [0, 0x3266, 0x3666, 0x3c00], { kind: 'float', bits: 16 }, [102, 102, 102], 'light'],
  ['bytes as floats', [0, 51, 102, 255], float, [102, 102, 102], 'as_is'],
  ['heights', [-200, 0, 200, 400], float, STRETCHED, 'stretched'],
  ['signed words', [-3_000, -1_000, 1_000, 3_000], { kind: 'signed', bits: 16 }, STRETCHED, 'stretched'],
  ['signed bytes', [-128, -43, 42, 127], { kind: 'signed', bits: 8 }, STRETCHED, 'stretched'],
  ['signed longs', [-7, -1, 5, 11], { kind: 'signed', bits: 32 }, STRETCHED, 'stretched'],
  ['longs', [0, 100_000, 200_000, 300_000], { kind: 'unsigned', bits: 32 }, STRETCHED, 'stretched'],
])('a TIFF of %s', async (_, values, form, mean, shown) => {
  const { result, codes } = await analysed(values, form);
  expect(result.image.stats?.mean_rgb).toEqual(mean);
  const words = form.bits === 16 && form.kind === 'float';
  const [least, greatest] = words ? [0, 1] : [values[0], values.at(-1)];
  expect(result.image.file.samples).toEqual({ kind: form.kind, least, greatest, shown });
  expect(codes.includes('VALUES_STRETCHED')).toBe(shown === 'stretched');
  expect(codes).not.toContain('UNDEREXPOSED');
});

it('colours in floating point are linear light, and may be brighter than white', async () => {
  const { result } = await analysed([0, 0.215_861, 1, 4], { ...float, channels: 3 });
  // A fifth of the light of white is half as bright on the scale of bytes.
  expect(result.image.stats?.mean_rgb).toEqual([159.5, 159.5, 159.5]);
  expect(result.image.file.samples?.shown).toBe('light');
});

it('numbers that stand for none are black, and no least one', async () => {
  const noData = { tag: 42_113, type: 2, count: 3, value: Buffer.from('-9\0\0') };
  const { result } = await analysed([Number.NaN, -9, 1_000, 2_000], { ...float, more: [noData] });
  expect(result.image.file.samples).toMatchObject({ least: 1_000, greatest: 2_000 });
  expect(result.image.stats?.mean_rgb).toEqual([63.75, 63.75, 63.75]);
  const { result: none, codes } = await analysed([Number.NaN, Number.NaN, -9, -9], {
    ...float,
    more: [noData],
  });
  expect(none.image.file.samples).toMatchObject({ least: null, greatest: null });
  expect(codes).toContain('VALUES_STRETCHED');
});

it('doubles are refused by name', async () => {
  await expect(analysed([0, 1, 2, 3], { kind: 'float', bits: 64 })).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: expect.stringContaining('64 bits'),
  });
});
