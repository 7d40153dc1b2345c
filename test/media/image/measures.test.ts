/** What is measured, against files whose answer is known and against the decoder's own other ways. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { short, tiffBlock, withExif } from '../../support/hostile/images.ts';
import { analyseImage, removeDirectories } from './analyse-image.ts';

// Each picture is a child process of its own, or several; machines that are busy with others take their time.
vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-images-'));
afterAll(() => {
  removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

const [WIDTH, HEIGHT] = [300, 200];
/** Four corners of different colours, with detail, so that every way of turning it shows. */
function pixels(channels: 3 | 4 = 3): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * channels);
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      // Shapes as in a photo: of pure ramps the hash is noise.
      const disc = (x - 90) ** 2 + (y - 60) ** 2 < 40 ** 2 ? 90 : 0;
      const bar = x > 200 && x < 240 && y > 70 ? 70 : 0;
      const waves = 25 * Math.sin(x / 19) * Math.cos(y / 13 + x / 40);
      data[at++] = Math.round((100 * x) / WIDTH + disc + 40 + waves);
      data[at++] = Math.round((100 * y) / HEIGHT + bar + 40 + waves);
      data[at++] = Math.round(80 + disc / 2 + bar + waves);
      if (channels === 4) data[at++] = x < WIDTH / 2 ? 255 : 100;
    }
  }
  return data;
}

const picture = (channels: 3 | 4 = 3) =>
  sharp(pixels(channels), { raw: { width: WIDTH, height: HEIGHT, channels } });

function file(name: string, content: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    '%i: the thumbnail is turned as other software turns it',
    async (orientation) => {
      const content = withExif(
        await picture().jpeg({ quality: 95 }).toBuffer(),
        tiffBlock([short(0x0112, orientation)]),
      );
      const path = file(`o${orientation}.jpg`, content);
      const { result, artefact } = await analyseImage(path);
      const upright = sharp(content).autoOrient();
      const expected = await upright.raw().toBuffer({ resolveWithObject: true });
      const found = await sharp(artefact('thumbnail-1280.jpg')).raw().toBuffer({ resolveWithObject: true });
      const { width, height } = expected.info;
      expect(result.image.file).toMatchObject({ orientation, width_px: width, height_px: height });
      expect(found.info).toMatchObject({ width, height });
      expect(meanDifference(found.data, expected.data)).toBeLessThan(4);
      // What is found by its hash is found turned, too.
      const baked = file(
        `baked${orientation}.png`,
        await sharp(expected.data, { raw: { width, height, channels: 3 } })
          .png()
          .toBuffer(),
      );
      const other = await analyseImage(baked);
      const [a, b] = [result, other.result].map((one) => one.image.hashes?.upright_phash64 ?? '');
      expect(distance(a ?? '', b ?? '')).toBeLessThanOrEqual(4);
    },
  );
});

describe('forms of pixels', () => {
  it('16 bit, 1 bit, grey with alpha, transparency, CMYK, palette', async () => {
    const cases = [
      ['16.png', await picture().toColourspace('rgb16').png().toBuffer(), { bit_depth: 16, channels: 3 }],
      [
        '1.png',
        await picture().threshold(128).png({ palette: true, colours: 2 }).toBuffer(),
        { bit_depth: 1 },
      ],
      ['ga.png', await picture(4).toColourspace('b-w').png().toBuffer(), { channels: 2, alpha_used: true }],
      [
        'alpha.webp',
        await picture(4).webp({ lossless: true }).toBuffer(),
        { has_alpha: true, alpha_used: true },
      ],
      [
        'opaque.webp',
        await picture().ensureAlpha().webp({ lossless: true }).toBuffer(),
        { alpha_used: false },
      ],
      [
        'cmyk.tif',
        await picture().toColourspace('cmyk').tiff().toBuffer(),
        { colour_model: 'cmyk', channels: 4 },
      ],
      [
        'palette.png',
        await picture().png({ palette: true }).toBuffer(),
        { colour_model: 'palette', bit_depth: 8 },
      ],
      ['a.avif', await picture().avif({ quality: 90 }).toBuffer(), { width_px: WIDTH, height_px: HEIGHT }],
    ] as const;
    for (const [name, content, expected] of cases) {
      const { result, codes } = await analyseImage(file(name, content));
      expect([name, result.image.file]).toEqual([name, expect.objectContaining(expected)]);
      expect(result.image.stats).not.toBeNull();
      expect(codes.includes('CMYK')).toBe(name === 'cmyk.tif');
    }
  });

  it('animations: frames, duration and how often', async () => {
    const frames = Buffer.concat([pixels(), pixels().reverse(), pixels()]);
    const animated = () =>
      sharp(frames, { raw: { width: WIDTH, height: HEIGHT * 3, channels: 3, pageHeight: HEIGHT } });
    const options = { delay: [100, 200, 300], loop: 2 };
    const cases = [
      ['a.gif', await animated().gif(options).toBuffer()],
      ['a.webp', await animated().webp(options).toBuffer()],
    ] as const;
    for (const [name, content] of cases) {
      const { result, codes } = await analyseImage(file(name, content));
      expect(result.image.file).toMatchObject({ frames: 3, duration_s: 0.6, coded_height_px: HEIGHT });
      expect(codes).toContain('ANIMATED');
      expect(result.coverage).toMatchObject({ analysed_frames: 1, of_frames: 3, sampled: true });
    }
  });

  it('a picture in Display P3 is told by name, and its thumbnail is in sRGB', async () => {
    const content = await picture().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    const { result, artefact } = await analyseImage(file('p3.jpg', content));
    expect(result.image.icc?.name).toMatch(/P3/);
    const expected = await sharp(content).toColourspace('srgb').raw().toBuffer();
    expect(
      meanDifference(await sharp(artefact('thumbnail-1280.jpg')).raw().toBuffer(), expected),
    ).toBeLessThan(4);
  });
});

it('the luma of a JPEG is the one it stores, and its RGB is bit for bit the decoder’s', async () => {
  const content = await picture().jpeg({ quality: 40 }).toBuffer();
  const { toRgb, withoutTransform } = await import('../../../media/image/jpeg-luma.ts');
  const ours = await sharp(withoutTransform(content)).raw().toBuffer();
  toRgb(ours);
  expect(ours.equals(await sharp(content).raw().toBuffer())).toBe(true);
});

it('the luma of a PNG is cut, that of a WebP rounded: as OpenCV reads each in grey', async () => {
  // 0.299 * 10 + 0.587 * 20 + 0.114 * 46 = 19.97.
  const even = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 10, g: 20, b: 46 } } });
  const png = await analyseImage(file('even.png', await even.clone().png().toBuffer()));
  const webp = await analyseImage(file('even.webp', await even.clone().webp({ lossless: true }).toBuffer()));
  expect(png.result.image.stats?.luma.mean).toBe(19);
  expect(webp.result.image.stats?.luma.mean).toBe(20);
});

it('compression and scaling leave the hashes near, another picture does not', async () => {
  const original = file('original.png', await picture().png().toBuffer());
  const small = file('small.jpg', await picture().resize(150).jpeg({ quality: 50 }).toBuffer());
  const other = file('other.png', await picture().rotate(90).png().toBuffer());
  const hashes: string[] = [];
  for (const path of [original, small, other]) {
    hashes.push((await analyseImage(path)).result.image.hashes?.phash64 ?? '');
  }
  const [a = '', b = '', c = ''] = hashes;
  expect(distance(a, b)).toBeLessThanOrEqual(6);
  expect(distance(a, c)).toBeGreaterThan(7);
});

it('text that cannot be read makes the result partial, with the reason', async () => {
  const { result } = await analyseImage(file('text.png', await picture().png().toBuffer()), { ocr: 'on' });
  const { status, reason } = result.image.ocr;
  expect(['ok', 'skipped']).toContain(status);
  expect(result.status).toBe(status === 'skipped' ? 'partial' : 'complete');
  expect(reason === null).toBe(status === 'ok');
});

it('titles and keywords of XMP', async () => {
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmp:Rating="4"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B</rdf:li></rdf:Alt></dc:title>
    <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>star</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>`;
  const content = await picture().withXmp(packet).jpeg().toBuffer();
  const { result } = await analyseImage(file('xmp.jpg', content));
  expect(result.image.xmp).toMatchObject({ title: 'A & B', keywords: ['sea', 'star'], rating: 4 });
});

function meanDifference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] as number)), 0) / a.length;
}

function distance(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}
