/** TIFF files whose picture the decoder cannot reach, or would take another for: refused by name. */
import { refusals } from './failures.ts';
import { type Ifd, openTiff, type TiffBlock } from './ifd.ts';

const TAG = { bits: 258, compression: 259, photometric: 262, subDirectories: 330 } as const;
/** A colour filter before each sensor element, and what such sensors yield without one. */
const SENSOR = new Set([32_803, 34_892]);
const CANON_RAW = /^II\*\0[\s\S]{4}CR\x02/;
const CIE_LAB = 8;
const MOST_SUB_DIRECTORIES = 8;

/** By the number of the packing, where the decoder has no unpacker for it. */
const PACKINGS: Readonly<Record<number, string>> = {
  7_000: 'Sony raw',
  22_610: 'JPEG XR',
  32_767: 'Sony raw',
  33_003: 'JPEG 2000',
  33_004: 'JPEG 2000',
  33_005: 'JPEG 2000',
  34_661: 'JBIG',
  34_712: 'JPEG 2000',
  34_713: 'Nikon raw',
  34_887: 'LERC',
  34_925: 'LZMA',
  34_926: 'Zstandard',
  34_933: 'PNG',
  34_934: 'JPEG XR',
  50_000: 'Zstandard',
  50_002: 'JPEG XL',
  52_546: 'JPEG XL',
};

/** Throws a refusal. */
export function refuseUndecodable(file: Buffer, tiff: TiffBlock, first: Ifd): void {
  const single = (directory: Ifd, tag: number): number | null =>
    tiff.numbers(directory.fields.get(tag))[0] ?? null;
  // Their first directory is a small preview.
  const raw = CANON_RAW.test(file.toString('latin1', 0, 11)) || sensorOf(file, first, single);
  if (raw) throw refusals.unsupported('a camera raw file');
  const packing = PACKINGS[single(first, TAG.compression) ?? 1];
  if (packing !== undefined) throw refusals.unsupported(`a TIFF image packed as ${packing}`);
  if (single(first, TAG.photometric) === CIE_LAB && single(first, TAG.bits) === 8) {
    throw refusals.unsupported('a TIFF image in CIE Lab with 8 bits');
  }
}

function sensorOf(file: Buffer, first: Ifd, single: (directory: Ifd, tag: number) => number | null): boolean {
  const ofSensor = (directory: Ifd | null): boolean =>
    directory !== null && SENSOR.has(single(directory, TAG.photometric) ?? -1);
  if (ofSensor(first)) return true;
  // Read apart: what is damaged there is no damage of the picture.
  const tiff = openTiff(file);
  const offsets = tiff?.numbers(first.fields.get(TAG.subDirectories), MOST_SUB_DIRECTORIES) ?? [];
  return offsets.some((offset, index) => ofSensor(tiff?.read(offset, `sub-directory ${index}`) ?? null));
}
