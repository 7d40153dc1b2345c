/** Whether a picture is called too bright: photographs that are, and paper, which is white by itself. */
import { expect, it } from 'vitest';
import { exposureOf } from '../../../kinds/image/exposure.ts';
import { statsSchema } from '../../../kinds/image/measured.ts';
import type { Pixels } from '../../../media/image/pixels.ts';
import { statisticsOf } from '../../../media/image/statistics.ts';

const [WIDTH, HEIGHT] = [400, 300];

function verdictOf(luma: (x: number, y: number) => number): string {
  const grey = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    Math.min(255, Math.max(0, luma(at % WIDTH, Math.floor(at / WIDTH)))),
  );
  const rgb = Buffer.from(Array.from(grey, (value) => [value, value, value]).flat());
  const form = { width: WIDTH, height: HEIGHT, gray: true, alphaUsed: null, complaint: null } as const;
  const pixels: Pixels = { ...form, rgb, luma: grey, lumaSource: 'stored', held: null, samples: null };
  return exposureOf(statsSchema.parse(statisticsOf(pixels))).verdict;
}

/** Strokes two pixels wide in lines that fill a part of the page. */
const isInk = (x: number, y: number, lines: number): boolean =>
  x > 40 && x < 360 && y > 40 && y < 40 + 20 * lines && y % 20 < 8 && x % 9 < 2;

it.each([
  ['a full page', (x: number, y: number) => (isInk(x, y, 12) ? 30 : 255)],
  ['three lines', (x: number, y: number) => (isInk(x, y, 3) ? 30 : 254)],
  ['a page in pale print', (x: number, y: number) => (isInk(x, y, 12) ? 170 : 255)],
  ['a scan whose paper is grey in parts', (x: number, y: number) => (isInk(x, y, 12) ? 40 : 247 + (x % 8))],
])('%s is not too bright', (_, luma) => {
  expect(verdictOf(luma)).toBe('normal');
});

it.each([
  ['lost in light', (x: number, y: number) => 160 + x / 3 + (y % 50)],
  ['nearly white as a whole, without anything dark', (x: number, y: number) => 225 + x / 8 + (y % 60) / 4],
  [
    'bright with a dark spot',
    (x: number, y: number) => ((x - 200) ** 2 + (y - 150) ** 2 < 900 ? 50 : 190 + x / 4),
  ],
])('a photograph that is %s is too bright', (_, luma) => {
  expect(verdictOf(luma)).toBe('overexposed');
});

it('an empty page is flat', () => {
  expect(verdictOf(() => 255)).toBe('flat');
});
