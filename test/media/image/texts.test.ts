/** What is written into a file in words, and metadata that programs hide there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, expect, it, vi } from 'vitest';
import { short, tiffBlock } from '../../support/hostile/images.ts';
import { analyseImage, removeDirectories } from './analyse-image.ts';

vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-image-texts-'));
afterAll(() => {
  removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

const picture = sharp({ create: { width: 32, height: 24, channels: 3, background: '#a0c0e0' } });

function file(name: string, content: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

function chunk(type: string, data: Buffer): Buffer {
  const covered = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(covered));
  return Buffer.concat([length, covered, sum]);
}

const AFTER_HEADER = 8 + 25;

async function pngWith(...chunks: readonly Buffer[]): Promise<Buffer> {
  const png = await picture.clone().png().toBuffer();
  return Buffer.concat([png.subarray(0, AFTER_HEADER), ...chunks, png.subarray(AFTER_HEADER)]);
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** As ImageMagick writes it; ExifTool has another title. */
function rawProfile(name: string, content: Buffer, title = name): Buffer {
  const hex = content.toString('hex').replaceAll(/.{72}/g, '$&\n');
  const text = `\n${title}\n${String(content.length).padStart(8)}\n${hex}\n`;
  return chunk('zTXt', Buffer.concat([latin(`Raw profile type ${name}\0\0`), deflateSync(latin(text))]));
}

it('reads the text chunks of a PNG, plain, packed and in any script', async () => {
  const png = await pngWith(
    chunk('tEXt', latin('Author\0Renée')),
    chunk('zTXt', Buffer.concat([latin('parameters\0\0'), deflateSync(latin('a cat,\nSteps: 20'))])),
    chunk('iTXt', Buffer.concat([latin('Title\0\0\0ja\0\0'), Buffer.from('猫')])),
    chunk('iTXt', Buffer.concat([latin('Comment\0\x01\0\0\0'), deflateSync(Buffer.from('żółw'))])),
  );
  const { result } = await analyseImage(file('texts.png', png));
  expect(result.image.texts).toEqual([
    { keyword: 'Author', text: 'Renée' },
    { keyword: 'parameters', text: 'a cat, Steps: 20' },
    { keyword: 'Title', text: '猫' },
    { keyword: 'Comment', text: 'żółw' },
  ]);
});

it('reads EXIF and XMP that a PNG holds as text', async () => {
  const exif = Buffer.concat([latin('Exif\0\0'), tiffBlock([short(0x0112, 6)])]);
  const xmp = '<x:xmpmeta><dc:title><rdf:Alt><rdf:li>Mill</rdf:li></rdf:Alt></dc:title></x:xmpmeta>';
  const packed = Buffer.concat([latin('XML:com.adobe.xmp\0\x01\0\0\0'), deflateSync(Buffer.from(xmp))]);
  const fill = Array.from({ length: 120 }, () => chunk('tEXt', latin('Note\0again')));
  const png = await pngWith(...fill, rawProfile('exif', exif), chunk('iTXt', packed));
  const { result } = await analyseImage(file('profiles.png', png));
  // Decoders do not look there: what is shown, read and measured is not turned.
  expect(result.image.file).toMatchObject({ orientation: 1, width_px: 32, height_px: 24 });
  expect(result.image.exif?.orientation).toBe(6);
  expect(result.image.xmp?.title).toBe('Mill');
  expect(result.image.texts).toHaveLength(100);
  const segment = Buffer.concat([latin('http://ns.adobe.com/xap/1.0/\0'), Buffer.from(xmp)]);
  const others = await pngWith(
    rawProfile('exif', Buffer.alloc(0)),
    rawProfile('APP1', segment, 'generic profile'),
  );
  const second = await analyseImage(file('segments.png', others));
  expect(second.result.image).toMatchObject({ xmp: { title: 'Mill' }, exif: null, texts: [] });
});

it('reads EXIF of a PNG that begins as in a JPEG, and turns nothing by it, as decoders do not', async () => {
  const exif = Buffer.concat([latin('Exif\0\0'), tiffBlock([short(0x0112, 6)])]);
  const { result } = await analyseImage(file('prefix.png', await pngWith(chunk('eXIf', exif))));
  expect(result.image.exif?.orientation).toBe(6);
  expect(result.image.file).toMatchObject({ orientation: 1, width_px: 32, height_px: 24 });
  expect(result.alerts.map(({ code }) => code)).not.toContain('BAD_EXIF');
});

it('passes over text that is cut off, unfolds without end or is none', async () => {
  const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024, 'a'));
  const png = await pngWith(
    chunk('tEXt', latin('no end')),
    chunk('zTXt', Buffer.concat([latin('bomb\0\0'), bomb])),
    chunk('iTXt', latin('short\0\0')),
    chunk('tEXt', latin('Raw profile type exif\0\nexif\n')),
    chunk('tEXt', latin('blank\0 \n\0')),
    chunk('tEXt', latin('Software\0ok')),
  );
  const { result } = await analyseImage(file('broken.png', png));
  expect(result.image.texts).toEqual([{ keyword: 'Software', text: 'ok' }]);
});

it('reads the comments of a JPEG and of a GIF', async () => {
  const jpeg = await picture.clone().jpeg().toBuffer();
  const note = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 2 + 5]), latin('hello')]);
  const commented = Buffer.concat([jpeg.subarray(0, 2), note, jpeg.subarray(2)]);
  const first = await analyseImage(file('comment.jpg', commented));
  expect(first.result.image.texts).toEqual([{ keyword: null, text: 'hello' }]);
  const gif = await picture.clone().gif().toBuffer();
  const blocks = Buffer.from([0x21, 0xfe, 3, ...latin('one'), 4, ...latin(' two'), 0]);
  const withBlocks = Buffer.concat([gif.subarray(0, -1), blocks, gif.subarray(-1)]);
  const second = await analyseImage(file('comment.gif', withBlocks));
  expect(second.result.image.texts).toEqual([{ keyword: null, text: 'one two' }]);
});

it('reads comments of a GIF that are long, empty or cut into single bytes', async () => {
  const gif = await picture.clone().gif().toBuffer();
  const single = Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from([1, 0x78])));
  const long = Buffer.concat([Buffer.from([0x21, 0xfe]), single, Buffer.from([0])]);
  const empty = Buffer.concat(Array.from({ length: 200_000 }, () => Buffer.from([0x21, 0xfe, 0])));
  const content = Buffer.concat([gif.subarray(0, -1), long, empty, gif.subarray(-1)]);
  const { result } = await analyseImage(file('long.gif', content));
  expect(result.image.texts).toEqual([{ keyword: null, text: 'x'.repeat(1_000) }]);
});

it('cuts a long text between two characters', async () => {
  const png = await pngWith(
    chunk('tEXt', latin(`Title\0${Buffer.from(`a${'é'.repeat(4_000)}`).toString('latin1')}`)),
  );
  const { result } = await analyseImage(file('long.png', png));
  expect(result.image.texts).toEqual([{ keyword: 'Title', text: `a${'é'.repeat(999)}` }]);
});
