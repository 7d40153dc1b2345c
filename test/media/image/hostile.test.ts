/** Files made to break a decoder: refused by a typed failure that is not retried, or measured right; never worse. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StepFailure } from '../../../activities/step-context.ts';
import * as make from '../../support/hostile/images.ts';
import { type Analysed, analyseImage, removeDirectories } from './analyse-image.ts';

// Each file is a child process of its own; machines that are busy with others take their time.
vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-hostile-images-'));
afterAll(async () => {
  await removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

const MEBIBYTE = 1024 * 1024;
let jpeg: Buffer;
beforeAll(async () => {
  const raw = { width: 160, height: 120, channels: 3 } as const;
  const rows = make.gradientRows(160, 120);
  const pixels = Buffer.concat(
    Array.from({ length: 120 }, (_, y) => rows.subarray(y * 481 + 1, (y + 1) * 481)),
  );
  jpeg = await sharp(pixels, { raw }).jpeg({ quality: 90 }).toBuffer();
});

function file(name: string, content: Buffer | string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function refusedAs(code: string, name: string, content: Buffer | string): Promise<void> {
  const failure = await analyseImage(file(name, content)).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StepFailure);
  const { code: found, retry, message, hint } = failure as StepFailure;
  expect({ code: found, retry }).toEqual({ code, retry: 'never' });
  expect(message).toMatch(/^[A-Z].*\.$/);
  expect(hint.length).toBeGreaterThan(10);
  expect(`${message} ${hint}`).not.toMatch(/\/tmp|\/proc|node_modules|\n\s+at /);
}

async function measured(name: string, content: Buffer | string): Promise<Analysed> {
  const analysed = await analyseImage(file(name, content));
  expect(JSON.stringify(analysed.result)).not.toMatch(/NaN|Infinity/);
  for (const { maxResidentBytes } of analysed.children) {
    expect(maxResidentBytes ?? 0).toBeLessThan(700 * MEBIBYTE);
  }
  return analysed;
}

describe('refused with a reason, and not retried', () => {
  it('a PNG of 30,000 x 30,000 pixels in 100 kB', () =>
    refusedAs('IMAGE_TOO_LARGE', 'bomb.png', make.pngBomb()));
  it('a JPEG header of 65,500 x 65,500 pixels', () =>
    refusedAs('IMAGE_TOO_LARGE', 'header.jpg', make.withJpegSize(jpeg, 65_500, 65_500)));
  it('a PNG of two billion pixels across', () =>
    refusedAs(
      'IMAGE_TOO_LARGE',
      'wide.png',
      make.png({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, Buffer.alloc(10)),
    ));
  it('a PNG of 0 x 0', () =>
    refusedAs('INVALID_DIMENSIONS', 'none.png', make.png({ width: 0, height: 0 }, Buffer.alloc(1))));
  it('a GIF canvas of 65,535 x 65,535', () =>
    refusedAs('IMAGE_TOO_LARGE', 'canvas.gif', make.gif([65_535, 65_535], 1)));
  it('a JPEG that ends with its header', () =>
    refusedAs(
      'IMAGE_UNDECODABLE',
      'cut.jpg',
      jpeg.subarray(0, jpeg.indexOf(Buffer.from([0xff, 0xda])) + 14),
    ));
  it('a PNG without its pixels', () =>
    refusedAs(
      'IMAGE_UNDECODABLE',
      'headless.png',
      make.png({ width: 64, height: 64 }, make.gradientRows(64, 64)).subarray(0, 45),
    ));
  it('an SVG of a billion laughs', () => {
    const entities = Array.from({ length: 9 }, (_, level) => {
      const inner = level === 0 ? 'ha' : `&l${level - 1};`.repeat(10);
      return `<!ENTITY l${level} "${inner}">`;
    });
    const head = `<?xml version="1.0"?><!DOCTYPE svg [${entities.join('')}]>`;
    return refusedAs('IMAGE_HEADER_BROKEN', 'laughs.svg', make.svg('<text y="20">&l8;</text>', head));
  });
  it('an SVG of 100,000 x 100,000', () =>
    refusedAs(
      'IMAGE_TOO_LARGE',
      'huge.svg',
      make.svg('<rect width="9" height="9"/>').toString().replaceAll('"64"', '"100000"'),
    ));
  it('a HEIC header without a picture', () =>
    refusedAs('IMAGE_HEADER_BROKEN', 'header.heic', make.heicHeader()));
  it('a text named .jpg', () => refusedAs('NOT_AN_IMAGE', 'text.jpg', 'This is no picture at all.\n'));
  it('a PNG of a million empty chunks', () => {
    const empty = make.pngChunk('teXt', Buffer.alloc(0));
    const chunks = Buffer.concat(Array.from({ length: 600_000 }, () => empty));
    return refusedAs(
      'IMAGE_HEADER_BROKEN',
      'parts.png',
      make.png({ width: 9, height: 9 }, Buffer.alloc(0), [chunks]),
    );
  });
  it('an empty file', () => refusedAs('EMPTY_FILE', 'empty.png', ''));
  it('random bytes behind a JPEG mark', () => {
    const noise = Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7919) % 251));
    return refusedAs(
      'IMAGE_HEADER_BROKEN',
      'noise.jpg',
      Buffer.concat([Buffer.from('ffd8ff', 'hex'), noise]),
    );
  });
  it('formats that are known and not decoded', async () => {
    await refusedAs('UNSUPPORTED_FORMAT', 'a.psd', Buffer.concat([Buffer.from('8BPS'), Buffer.alloc(64)]));
    await refusedAs(
      'UNSUPPORTED_FORMAT',
      'a.jxl',
      Buffer.concat([Buffer.from('ff0a', 'hex'), Buffer.alloc(64)]),
    );
  });
  it('a device, by the name that it is given under', async () => {
    const path = join(directory, 'pipe.jpg');
    execFileSync('mkfifo', [path]);
    const { openInput } = await import('../../../media/input.ts');
    await expect(openInput(path, { roots: [directory] })).rejects.toMatchObject({ code: 'INPUT_NOT_A_FILE' });
  });
});

describe('measured, with what is odd told', () => {
  it('a JPEG that breaks off in its middle is partial', async () => {
    const { result, codes } = await measured('half.jpg', jpeg.subarray(0, Math.floor(jpeg.length * 0.6)));
    expect(result.status).toBe('partial');
    expect(codes).toContain('TRUNCATED');
    expect(result.image.file).toMatchObject({ width_px: 160, height_px: 120 });
    const { analysed_pixels: analysed, of_pixels: all } = result.coverage;
    expect(analysed / all).toBeGreaterThan(0.4);
    expect(analysed / all).toBeLessThan(0.8);
  });

  it('a PNG with a wrong CRC in a chunk that does not matter', async () => {
    const broken = make.pngChunk('tEXt', Buffer.from('Title\0x', 'latin1'), 1);
    const content = make.png({ width: 64, height: 64 }, make.gradientRows(64, 64), [broken]);
    const { codes } = await measured('crc.png', content);
    expect(codes).toContain('DAMAGED');
  });

  it('a compressed text that unfolds to 64 MiB is not unfolded', async () => {
    const content = make.png({ width: 64, height: 64 }, make.gradientRows(64, 64), [make.textBomb()]);
    const { result } = await measured('ztxt.png', content);
    expect(result.image.stats).not.toBeNull();
  });

  it('a page behind the picture is trailing data', async () => {
    const page = '<html><script>alert(1)</script></html>';
    const { result, codes } = await measured('polyglot.jpg', Buffer.concat([jpeg, Buffer.from(page)]));
    expect(codes).toContain('TRAILING_DATA');
    expect(result.alerts.find(({ code }) => code === 'TRAILING_DATA')?.value).toBe(page.length);
  });

  it('a PNG named .jpg', async () => {
    const { codes, result } = await measured(
      'named.jpg',
      make.png({ width: 64, height: 64 }, make.gradientRows(64, 64)),
    );
    expect(codes).toContain('EXTENSION_MISMATCH');
    expect(result.resource.detectedType.mime).toBe('image/png');
  });

  it('EXIF: an orientation that does not exist, a directory that leads back, an offset that leads outside, GPS 0/0', async () => {
    const cases = {
      'o99.jpg': make.tiffBlock([make.short(0x0112, 99)]),
      'loop.jpg': make.tiffBlock([{ tag: 0x8769, type: 4, count: 1, value: Buffer.from([0, 0, 0, 8]) }], 8),
      'outside.jpg': make.tiffBlock([
        { tag: 0x010f, type: 2, count: 0x7fffffff, value: Buffer.from([255, 255, 255, 0]) },
      ]),
      'gps.jpg': make.gpsOverZero(),
    };
    for (const [name, block] of Object.entries(cases)) {
      const { codes, result } = await measured(name, make.withExif(jpeg, block));
      expect([name, codes]).toEqual([name, expect.arrayContaining(['BAD_EXIF'])]);
      expect(codes).not.toContain('GPS_PRESENT');
      expect(result.image.file).toMatchObject({ orientation: 1, width_px: 160, height_px: 120 });
    }
  });

  it('a GIF of 20,000 frames is counted, not unpacked', async () => {
    const { result, codes } = await measured('frames.gif', make.gif([1, 1], 20_000));
    expect(codes).toContain('ANIMATED');
    expect(result.image.file).toMatchObject({ frames: 20_000, duration_s: 2_000 });
  });

  it('a TIFF whose directory names itself as the next has one page, and a resolution of 0/0 is none', async () => {
    const { result, codes } = await measured('loop.tif', make.tiffLoop());
    expect(codes).toContain('DAMAGED');
    expect(result.image.file).toMatchObject({ pages: 1, coded_width_px: 16, bit_depth: 8, density: null });
    expect(result.image.stats?.mean_rgb).toEqual([127.5, 127.5, 127.5]);
  });

  it('a bitmap that begins at the top equals the one that begins at the bottom', async () => {
    const rows = [Buffer.from([255, 0, 0, 0, 255, 0]), Buffer.from([0, 0, 255, 9, 9, 9])].map((row) =>
      Buffer.concat([row, Buffer.alloc(2)]),
    );
    const up = await measured('up.bmp', make.bmp(2, 2, Buffer.concat(rows.toReversed())));
    const down = await measured('down.bmp', make.bmp(2, -2, Buffer.concat(rows)));
    expect(down.result.image.stats).toEqual(up.result.image.stats);
    expect(down.result.image.hashes).toEqual(up.result.image.hashes);
  });

  it('an SVG reads no other file and makes no connection', async () => {
    const hits: string[] = [];
    const server = createServer((socket) => {
      hits.push('connection');
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const canary = file('canary.txt', 'CANARY-7d1f');
    const head = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${canary}">]>`;
    const body =
      `<text y="20">&x;</text><image xlink:href="http://127.0.0.1:${port}/a.png" width="9" height="9"/>` +
      `<image xlink:href="file://${file('other.jpg', jpeg)}" width="64" height="64"/>`;
    try {
      const outcome = await measured('lure.svg', make.svg(body, head)).catch((error: unknown) => error);
      expect(JSON.stringify(outcome)).not.toContain('CANARY');
      expect(hits).toEqual([]);
      // Neither the text nor the other picture was drawn: all of it is transparent.
      if (!(outcome instanceof Error)) expect((outcome as Analysed).result.image.stats?.luma.mean).toBe(0);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(existsSync(join(directory, 'PWNED'))).toBe(false);
  });
});
