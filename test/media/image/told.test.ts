/** What files say of themselves in ways that are easily read wrongly, against files whose answer is known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it, vi } from 'vitest';
import { analyseImage, removeDirectories } from './analyse-image.ts';

vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-images-'));
afterAll(() => {
  removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

function file(name: string, content: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const [WIDTH, HEIGHT] = [192, 128];
const white = (width = WIDTH, height = HEIGHT) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } });
/** Grey that grows to the right and downwards. */
const ramp = () =>
  sharp(
    Buffer.from(Array.from({ length: WIDTH * HEIGHT }, (_, at) => (at % WIDTH) / 2 + Math.floor(at / WIDTH))),
    {
      raw: { width: WIDTH, height: HEIGHT, channels: 1 },
    },
  );

it('an AVIF is turned by its own property alone, not once more by its EXIF', async () => {
  const content = await ramp().withMetadata({ orientation: 6 }).avif().toBuffer();
  const { result, artefact } = await analyseImage(file('turned.avif', content));
  const { width, height } = (await sharp(content).autoOrient().toBuffer({ resolveWithObject: true })).info;
  expect(result.image.file).toMatchObject({ width_px: width, height_px: height });
  expect(await sharp(artefact('thumbnail-1280.jpg')).metadata()).toMatchObject({ width, height });
});

it('an AVIF that is a sequence without a still is called so', async () => {
  const ftyp = Buffer.from('0000001c66747970617669730000000061766973617631006d696166', 'hex');
  const path = file('moving.avif', Buffer.concat([ftyp, Buffer.from('0000000c6d64617400000000', 'hex')]));
  await expect(analyseImage(path)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
});

it('a TIFF whose last tiles are missing is cut off', async () => {
  const whole = await ramp()
    .tiff({ tile: true, tileWidth: 64, tileHeight: 64, compression: 'none' })
    .toBuffer();
  expect((await analyseImage(file('whole.tif', whole))).codes).not.toContain('TRUNCATED');
  const { result, codes } = await analyseImage(file('tiles.tif', withoutLastTile(whole)));
  expect(codes).toContain('TRUNCATED');
  expect(result.status).toBe('partial');
});

it('rows of a TIFF of many tiles that the file lacks are missing, not black', async () => {
  const [side, tile] = [640, 64];
  const tiled = await sharp({ create: { width: side, height: side, channels: 3, background: '#c8c8c8' } })
    .tiff({ tile: true, tileWidth: tile, tileHeight: tile, compression: 'none' })
    .toBuffer();
  // The last tile of the tenth row; the lists of tiles stand behind the pixels.
  const { result, codes } = await analyseImage(file('many.tif', withoutLastTile(tiled)));
  expect(codes).toContain('TRUNCATED');
  expect(result.coverage.analysed_pixels).toBe(side * (side - tile));
  expect(result.image.stats?.mean_rgb).toEqual([200, 200, 200]);
});

it('a BigTIFF is read as any other', async () => {
  const big = await ramp()
    .withMetadata({ orientation: 6 })
    .tiff({ bigtiff: true, compression: 'deflate' })
    .toBuffer();
  expect(big.readUInt16LE(2)).toBe(43);
  const { result } = await analyseImage(file('big.tif', big));
  const plain = await analyseImage(file('plain.tif', await ramp().tiff({ compression: 'none' }).toBuffer()));
  expect(result.image.file).toMatchObject({
    width_px: HEIGHT,
    height_px: WIDTH,
    orientation: 6,
    bit_depth: 8,
  });
  expect(result.image.stats).toEqual(plain.result.image.stats);
  expect(result.image.exif?.x_resolution).toBeCloseTo(25.4, 4);
  // Its first directory lies behind the end.
  const cut = analyseImage(file('cut.tif', big.subarray(0, big.length / 2)));
  await expect(cut).rejects.toMatchObject({ code: 'IMAGE_HEADER_BROKEN' });
});

/** Its offset leads behind the end of the file. */
function withoutLastTile(tiff: Buffer): Buffer {
  const cut = Buffer.from(tiff);
  const directoryAt = cut.readUInt32LE(4);
  for (let index = 0; index < cut.readUInt16LE(directoryAt); index++) {
    const at = directoryAt + 2 + 12 * index;
    if (cut.readUInt16LE(at) !== 324) continue;
    const last = cut.readUInt32LE(at + 8) + 4 * (cut.readUInt32LE(at + 4) - 1);
    cut.writeUInt32LE(cut.length, last);
  }
  return cut;
}

it.each(['png', 'gif'] as const)(
  'a white %s that lacks but its end mark has all of its rows',
  async (format) => {
    for (const [width, height] of [
      [WIDTH, HEIGHT],
      [16, 8],
    ] as const) {
      const whole = await white(width, height).toFormat(format).toBuffer();
      const path = file(`${height}.${format}`, whole.subarray(0, format === 'png' ? -12 : -1));
      const { result, codes } = await analyseImage(path);
      expect(codes).toContain('TRUNCATED');
      expect(result.coverage.analysed_pixels).toBe(width * height);
    }
  },
);

it('a position that stands in XMP alone is a privacy alert', async () => {
  const { result, codes } = await analyseImage(
    file(
      'place.jpg',
      await white()
        .withXmp(xmp(`exif:GPSLatitude='52,30.0N' exif:GPSLongitude="13,24,36W"`))
        .jpeg()
        .toBuffer(),
    ),
  );
  expect(codes).toContain('GPS_PRESENT');
  expect(result.image.gps).toMatchObject({ latitude_deg: 52.5, longitude_deg: -13.41 });
  const none = await white()
    .withXmp(xmp(`exif:GPSLatitude="99,0N" exif:GPSLongitude="13,24W"`))
    .jpeg()
    .toBuffer();
  expect((await analyseImage(file('nowhere.jpg', none))).result.image.gps).toBeNull();
});

it('a day that no calendar has is damage, and no time', async () => {
  const time = (text: string) =>
    white()
      .withExif({ IFD2: { DateTimeOriginal: text } })
      .jpeg()
      .toBuffer();
  const { result, codes } = await analyseImage(file('day.jpg', await time('2023:02:30 10:00:00')));
  expect(result.image.exif?.taken_at).toBeNull();
  expect(codes).toContain('BAD_EXIF');
  const leap = await analyseImage(file('leap.jpg', await time('2024:02:29 10:00:00')));
  expect(leap.result.image.exif?.taken_at).toBe('2024-02-29T10:00:00');
});

it('XMP in single quotes and with characters by number', async () => {
  const packet = xmp(`\n xmp:Rating='3'\n xmp:CreatorTool = 'M&#xFC;ller &#8217;26 &amp; "Co"'`);
  const { result } = await analyseImage(file('quotes.jpg', await white().withXmp(packet).jpeg().toBuffer()));
  expect(result.image.xmp).toMatchObject({ rating: 3, creator_tool: 'Müller ’26 & "Co"' });
});

function xmp(attributes: string): string {
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description ${attributes}/></rdf:RDF></x:xmpmeta>`;
}
