/** A picture's numbers are the same wherever they are calculated, and nothing but its samples is read for them. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCalculator } from '../../../activities/frame/calculator.ts';
import { withAppearance } from '../../../activities/image/appearance.ts';
import { THUMBNAIL_SIDES } from '../../../activities/image/documents.ts';
import { measure } from '../../../activities/image/measure.ts';
import type { StepContext } from '../../../activities/step-context.ts';
import { measuredSchema } from '../../../kinds/image/measured.ts';
import { IMAGE_LIMITS } from '../../../media/image/job.ts';
import { measureImage } from '../../../media/image/measure-image.ts';
import { readViews, writeViews } from '../../../media/image/views-file.ts';
import { runStep } from '../../../tools/step-runner.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'appearance-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const picture = (width = 400, height = 300): Sharp =>
  sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <rect width="${width}" height="${height}" fill="#ddd"/><circle cx="150" cy="120" r="90" fill="#c33"/>
      <rect x="210" y="40" width="90" height="200" fill="#147" fill-opacity="0.7"/></svg>`),
  ).flatten({ background: '#fff' });

const cut = async (whole: Promise<Buffer>): Promise<Buffer> => {
  const bytes = await whole;
  return bytes.subarray(0, Math.floor(bytes.length * 0.6));
};

const PICTURES: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['photo.jpg', () => picture().jpeg().toBuffer()],
  ['turned.jpg', () => picture().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['grey.jpg', () => picture().greyscale().jpeg().toBuffer()],
  ['cut.jpg', () => cut(picture().jpeg({ quality: 95 }).toBuffer())],
  ['alpha.png', () => picture().ensureAlpha(0.5).png().toBuffer()],
  ['words.png', () => picture().toColourspace('rgb16').png().toBuffer()],
  ['cmyk.jpg', () => picture().toColourspace('cmyk').jpeg().toBuffer()],
  ['pixel.gif', () => picture(1, 1).gif().toBuffer()],
  ['large.jpg', () => picture(3_200, 2_600).jpeg().toBuffer()],
];

describe('what is calculated of a picture', () => {
  it.each(PICTURES)('%s: the same in a thread as where it was decoded', async (name, make) => {
    const inputPath = join(directory, name);
    writeFileSync(inputPath, await make());
    const thumbnails = THUMBNAIL_SIDES.map((side_px) => ({
      side_px,
      path: join(directory, `${name}-${side_px}`),
    }));
    const together = await measureImage({ inputPath, limits: IMAGE_LIMITS, thumbnails }, () => {});
    const apart = await runStep(measure, inputPath, {});
    expect(apart.document).toEqual(measuredSchema.parse(together));
  });
});

describe('a child that a file has taken over', () => {
  const told = {
    pixels: { lumaSource: 'stored', width: 4, height: 3, gray: false },
    rows: { from: 0, to: 3 },
    orientation: 1,
    small: { width: 1, height: 1 },
    tiny: { width: 1, height: 1 },
  };
  const calculator = openCalculator();
  afterAll(() => calculator.close());
  const heard = (found: unknown): Promise<unknown> => {
    const { signal } = new AbortController();
    const calculate: StepContext['calculate'] = (module, input) =>
      calculator.calculate(module, input, signal);
    return withAppearance({ directory, signal, calculate } as StepContext, found);
  };

  it.each([
    ['nothing', null],
    ['a row that is none', { seen: { views: { ...told, rows: { from: 3, to: 3 } } } }],
    [
      'a picture of one endless row',
      { seen: { views: { ...told, pixels: { ...told.pixels, width: 8e6, height: 1 } } } },
    ],
    ['samples that it has not left', { seen: { views: told } }],
  ])('answers %s, and the step fails by name', async (_, found) => {
    await expect(heard(found)).rejects.toMatchObject({ code: 'IMAGE_CRASHED' });
  });
});

describe('samples in a file', () => {
  const plane = (bytes: number): Buffer => Buffer.alloc(bytes, 7);
  const pixels = { rgb: plane(36), luma: plane(12), width: 4, height: 3, gray: false } as const;
  const raster = { data: plane(4), width: 1, height: 1 };
  const views = {
    pixels: { ...pixels, lumaSource: 'stored' },
    rows: { from: 0, to: 3 },
    orientation: 1,
    small: raster,
    tiny: raster,
  } as const;
  const header = (path: string) => writeViews(path, views);

  it('are read as they were written', () => {
    const path = join(directory, 'views');
    expect(readViews(path, header(path))).toEqual(views);
  });

  it('are not read through a link, nor where there are more or fewer of them', () => {
    const path = join(directory, 'samples');
    const told = header(path);
    const link = join(directory, 'link');
    symlinkSync(path, link);
    expect(() => readViews(link, told)).toThrow(/ELOOP/);
    expect(() => readViews(path, { ...told, tiny: { width: 2, height: 1 } })).toThrow(/as many/);
    expect(() => readViews(directory, told)).toThrow();
  });
});
