/** Images that are not decoded here are refused by their name, and never measured by what stands before them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readTiff } from '../../../media/image/tiff.ts';
import { readJpeg } from '../../../media/image/jpeg.ts';
import { sniff } from '../../../media/image/sniff.ts';
import { short, tiffBlock, type TiffField } from '../../support/hostile/images.ts';
import { analyseImage, removeDirectories } from './analyse-image.ts';

vi.setConfig({ testTimeout: 90_000 });

const directory = mkdtempSync(join(tmpdir(), 'onceflow-refused-'));
afterAll(() => {
  removeDirectories();
  rmSync(directory, { recursive: true, force: true });
});

const latin = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(200)]);

describe('by the first bytes', () => {
  it.each([
    ['8BPS', 'a Photoshop document'],
    ['qoif', 'a QOI image'],
    ['DDS ', 'a DirectDraw surface (DDS)'],
    ['P6\n4 4\n255\n', 'a portable anymap (PNM)'],
    ['\xff\x4f\xff\x51', 'a JPEG 2000 image'],
    ['\0\0\x02\0\x01\0', 'a Windows cursor'],
    ['IIU\0', 'a camera raw file (Panasonic)'],
    ['FUJIFILMCCD-RAW 0201', 'a camera raw file (Fujifilm)'],
    ['\0\0\0\x18ftypcrx ', 'a camera raw file (Canon)'],
    ['SIMPLE  =', 'a FITS image'],
    ['gimp xcf v011', 'a GIMP document'],
  ])('%j is %s', (head, name) => {
    expect(sniff(latin(head))).toEqual({ unsupported: name });
  });

  it('a TGA is known by its end, and without it by nothing', () => {
    const pixels = latin('\0\0\x02\0\0\0\0\0');
    expect(sniff(pixels)).toBeNull();
    const tail = Buffer.from('\0\0\0\0\0\0\0\0TRUEVISION-XFILE.\0', 'latin1');
    expect(sniff(Buffer.concat([pixels, tail]))).toEqual({ unsupported: 'a TGA image' });
  });

  it('a DICOM image is known by what follows its preamble', () => {
    expect(sniff(Buffer.concat([Buffer.alloc(128), latin('DICM')]))).toEqual({
      unsupported: 'a DICOM image',
    });
  });
});

const long = (tag: number, value: number): TiffField => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return { tag, type: 4, count: 1, value: bytes };
};

/** A small preview first; what the sensor saw stands in a sub-directory. */
function cameraRaw(): Buffer {
  const subAt = 8 + 2 + 12 * 8 + 4;
  const sub = tiffBlock([short(256, 6_000), short(257, 4_000), short(262, 32_803)]).subarray(8);
  return tiffBlock(
    [
      short(256, 160),
      short(257, 120),
      short(258, 8),
      short(259, 1),
      short(262, 2),
      short(273, subAt + sub.length),
      short(277, 3),
      long(330, subAt),
    ],
    0,
    Buffer.concat([sub, Buffer.alloc(160 * 120 * 3)]),
  );
}

describe('by what stands in the file', () => {
  it('a camera raw file is not taken for its preview', async () => {
    const path = join(directory, 'raw.nef');
    writeFileSync(path, cameraRaw());
    await expect(analyseImage(path)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: 'The file is a camera raw file, which is not decoded here.',
    });
    const canon = Buffer.concat([Buffer.from('II*\0\x10\0\0\0CR\x02\0\0\0\0\0', 'latin1'), Buffer.alloc(20)]);
    expect(() => readTiff(canon, 1)).toThrow('a camera raw file');
  });

  it.each([
    [50_000, 'a TIFF image packed as Zstandard'],
    [34_712, 'a TIFF image packed as JPEG 2000'],
    [34_887, 'a TIFF image packed as LERC'],
  ])('a TIFF of packing %i is %s', (packing, name) => {
    const tiff = tiffBlock([short(256, 8), short(257, 8), short(259, packing)]);
    expect(() => readTiff(tiff, 1)).toThrow(name);
  });

  it('a JPEG-LS has no frame of JPEG', () => {
    const frame = Buffer.from('ffd8fff7000b080010001001011100ffd9', 'hex');
    expect(() => readJpeg(frame)).toThrow('a JPEG-LS image');
  });
});
