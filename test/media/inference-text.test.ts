/** Text, read by the real models in the real sandbox, from images that the test draws. */
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { inReadingOrder } from '../../kinds/inference/text-lines.ts';
import { cornersOf, smallestBox } from '../../media/inference/text/rectangle.ts';
import { hasFont, type Page, page, pixelsOf, read, SLOW_MS, type Word } from './drawn-text.ts';

const drawing = it.runIf(hasFont);
const line: Page = { width: 800, height: 120 };
const one = (text: string, more: Partial<Word> = {}): Word => ({ text, x: 40, y: 80, size: 40, ...more });

drawing(
  'reads lines of a page in reading order, with their spaces and where they stand',
  async () => {
    const letter = page(
      { width: 800, height: 320 },
      { text: 'Hello durable world', x: 40, y: 80, size: 40 },
      { text: 'right column', x: 560, y: 82, size: 28 },
      { text: 'Invoice 2026-11-27 total 1,234.50 EUR', x: 40, y: 170, size: 28 },
      { text: 'the quick brown fox jumps over the lazy dog', x: 40, y: 250, size: 20 },
    );
    const { letter: found } = await read({ letter: await letter.png().toBuffer() });
    expect(found?.text.split('\n')).toEqual([
      'Hello durable world',
      'right column',
      'Invoice 2026-11-27 total 1,234.50 EUR',
      'the quick brown fox jumps over the lazy dog',
    ]);
    expect(found?.confidence).toBeGreaterThan(0.9);
    const [topLeft, , bottomRight] = found?.lines[0]?.box ?? [];
    expect(topLeft?.[0]).toBeGreaterThan(25);
    expect(topLeft?.[0]).toBeLessThan(50);
    expect(bottomRight?.[1]).toBeGreaterThan(75);
    expect(bottomRight?.[1]).toBeLessThan(95);
  },
  SLOW_MS,
);

drawing(
  'reads text that is turned, tilted, aslant, at an edge, faint, light on dark, and upright by its EXIF tag',
  async () => {
    const turned = async (degrees: number, text: string): Promise<Buffer> =>
      (await pixelsOf(page(line, one(text)))).rotate(degrees).png().toBuffer();
    const tagged = (await pixelsOf(page(line, one('Upright by its tag')))).rotate(270);
    const found = await read({
      head: await turned(180, 'Standing on its head'),
      down: await turned(90, 'Read me downwards'),
      up: await turned(270, 'Read me upwards'),
      tilted: await page({ width: 800, height: 500 }, one('Tilted line of text', { y: 300, turn: -20 }))
        .png()
        .toBuffer(),
      faint: await page({ ...line, ground: '#999' }, one('Low contrast text', { colour: '#777' }))
        .png()
        .toBuffer(),
      dark: await page({ ...line, ground: '#000' }, one('Night sky', { colour: '#fff' }))
        .png()
        .toBuffer(),
      tagged: await (await pixelsOf(tagged)).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      grey: await page(line, one('Single channel')).greyscale().jpeg().toBuffer(),
      large: await page({ width: 3_000, height: 1_000 }, one('GIANT', { y: 600, size: 300 }))
        .png()
        .toBuffer(),
      edge: await page(line, one('at the very edge', { x: 460, y: 110 }))
        .png()
        .toBuffer(),
      aslant: await page(
        { width: 700, height: 700 },
        one('From one corner to the other', { x: 60, y: 600, turn: -40 }),
        one('and once more below that line', { x: 120, y: 660, turn: -40 }),
      )
        .png()
        .toBuffer(),
    });
    expect(Object.fromEntries(Object.entries(found).map(([id, { text }]) => [id, text]))).toEqual({
      head: 'Standing on its head',
      down: 'Read me downwards',
      up: 'Read me upwards',
      tilted: 'Tilted line of text',
      faint: 'Low contrast text',
      dark: 'Night sky',
      tagged: 'Upright by its tag',
      grey: 'Single channel',
      large: 'GIANT',
      edge: 'at the very edge',
      aslant: 'From one corner to the other\nand once more below that line',
    });
  },
  SLOW_MS,
);

drawing(
  'keeps the spaces of small print, and makes none within words, numbers and addresses',
  async () => {
    const lines = [
      'The committee will meet on Tuesday, 14 March 2026 at 9:30',
      'Please keep off the grass between three and six',
      'Coffee 3.50, pepper soup 12.00, apple juice 4.25',
      'http://example.com/index.html?page=7&amp;sort=asc',
      'John Smith, 221B Baker Street, London NW1 6XE',
    ];
    const small = page(
      { width: 700, height: 240 },
      ...lines.map((text, index) => one(text, { y: 40 * (index + 1), size: 16 })),
    );
    const light = (text: string): string => `<tspan fill="#aaa">${text}</tspan>`;
    const form = page(
      { width: 700, height: 120 },
      one(`Middle name ${light('optional')} and title`, { y: 40, size: 16 }),
      one(`Discount ${light('not available')} before Tuesday`, { y: 80, size: 14 }),
    );
    const code = page({ width: 700, height: 80 }, one('n = a + b * c - d / 2', { y: 45, size: 24 }));
    const found = await read({
      small: await small.png().toBuffer(),
      form: await form.png().toBuffer(),
      code: await code.png().toBuffer(),
    });
    // Here most gaps are spaces.
    expect(found['code']?.text).toBe('n = a + b * c - d / 2');
    expect(found['small']?.text.split('\n')).toEqual(lines.map((text) => text.replace('&amp;', '&')));
    expect(found['form']?.text.split('\n')).toEqual([
      'Middle name optional and title',
      'Discount not available before Tuesday',
    ]);
  },
  SLOW_MS,
);

drawing(
  'reads every line of a receipt, a long screenshot and a panorama',
  async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index + 1} cups of tea with milk`);
    const below = (width: number, size: number): Promise<Buffer> =>
      page(
        { width, height: 3 * size * (lines.length + 1) },
        ...lines.map((text, index) => one(text, { y: 3 * size * (index + 1), size })),
      )
        .png()
        .toBuffer();
    const sign = 'Forty cups of tea stand on one very long table beneath the mountains';
    const found = await read({
      receipt: await below(480, 24),
      screenshot: await below(1_080, 48),
      panorama: await page({ width: 6_000, height: 500 }, one(sign, { y: 300, size: 70 }))
        .jpeg()
        .toBuffer(),
    });
    expect(found['receipt']?.text.split('\n')).toEqual(lines);
    expect(found['screenshot']?.text.split('\n')).toEqual(lines);
    expect(found['panorama']?.text).toBe(sign);
    const [, , bottomRight] = found['screenshot']?.lines.at(-1)?.box ?? [];
    expect(bottomRight?.[1]).toBeGreaterThan(3 * 48 * lines.length);
  },
  SLOW_MS,
);

it(
  'finds nothing in an empty page, a single pixel and a see-through one, and names what is no image',
  async () => {
    const clear = { create: { width: 64, height: 64, channels: 4, background: '#0000' } } as const;
    const found = await read({
      empty: await page({ width: 640, height: 480 }).png().toBuffer(),
      pixel: await page({ width: 1, height: 1 }).png().toBuffer(),
      thin: await page({ width: 4_000, height: 2 }).png().toBuffer(),
      clear: await sharp(clear).png().toBuffer(),
      text: Buffer.from('not an image at all'),
      nothing: Buffer.alloc(0),
      cut: (await page({ width: 640, height: 480, ground: '#123' }).jpeg().toBuffer()).subarray(0, 300),
      huge: hugePng(),
    });
    const states = Object.entries(found).map(([id, { lines, confidence, unreadable }]) => [
      id,
      lines.length,
      confidence,
      unreadable,
    ]);
    expect(states).toEqual([
      ...['empty', 'pixel', 'thin', 'clear'].map((id) => [id, 0, null, null]),
      ...['text', 'nothing', 'cut'].map((id) => [id, 0, null, 'IMAGE_UNDECODABLE']),
      ['huge', 0, null, 'IMAGE_TOO_LARGE'],
    ]);
  },
  SLOW_MS,
);

/** A header that claims 60,000 x 60,000 pixels. */
function hugePng(): Buffer {
  const bytes = Buffer.from(
    '89504e470d0a1a0a0000000d4948445200000001000000010806000000' +
      '1f15c4890000000a49444154789c6300010000050001' +
      '0d0a2db40000000049454e44ae426082',
    'hex',
  );
  bytes.writeUInt32BE(60_000, 16);
  bytes.writeUInt32BE(60_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

it('takes the smallest rectangle around points, its corners in reading order', () => {
  const level = smallestBox([
    [0, 0],
    [10, 0],
    [10, 4],
    [0, 4],
    [5, 2],
  ]);
  expect(level && cornersOf(level).map(Math.round)).toEqual([0, 0, 10, 0, 10, 4, 0, 4]);
  const tilted = smallestBox([
    [0, 10],
    [10, 0],
    [12, 2],
    [2, 12],
  ]);
  expect(tilted && cornersOf(tilted).map(Math.round)).toEqual([0, 10, 10, 0, 12, 2, 2, 12]);
  const standing = smallestBox([
    [0, 0],
    [4, 0],
    [4, 10],
    [0, 10],
  ]);
  expect(standing && cornersOf(standing).map(Math.round)).toEqual([4, 0, 4, 10, 0, 10, 0, 0]);
  expect(
    smallestBox([
      [1, 1],
      [2, 2],
    ]),
  ).toBeNull();
});

it('orders boxes of one row from left to right, whatever their exact height', () => {
  const box = (x: number, y: number) => ({
    box: [
      [x, y],
      [x + 50, y],
      [x + 50, y + 20],
      [x, y + 20],
    ] as const,
  });
  expect(
    inReadingOrder([box(200, 4), box(0, 0), box(100, 40), box(0, 44)]).map(({ box: [[x, y]] }) => [x, y]),
  ).toEqual([
    [0, 0],
    [200, 4],
    [0, 44],
    [100, 40],
  ]);
});
