/** Reads the directories of a TIFF file. */
import { refusals } from './failures.ts';
import { type Ifd, openTiff, type TiffBlock } from './ifd.ts';
import { type Density, EMPTY_OUTLINE, type Outline } from './outline.ts';

const TAG = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  photometric: 262,
  stripOffsets: 273,
  samples: 277,
  stripBytes: 279,
  xResolution: 282,
  yResolution: 283,
  resolutionUnit: 296,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  xmp: 700,
  iptc: 33723,
  icc: 34675,
} as const;

const COLOURS: Readonly<Record<number, Outline['colour']>> = {
  0: 'gray',
  1: 'gray',
  2: 'rgb',
  3: 'palette',
  5: 'cmyk',
  6: 'ycbcr',
  8: 'lab',
};

export function readTiff(file: Buffer, mostPages: number): Outline {
  const tiff = openTiff(file);
  const first = tiff?.read(tiff.first, 'the first directory');
  if (!tiff || !first) throw refusals.header('TIFF', tiff?.damage[0] ?? 'it has no directory');
  const number = (tag: number): number | null => {
    const [value] = tiff.numbers(first.fields.get(tag));
    return value !== undefined && Number.isFinite(value) ? value : null;
  };
  /** Sizes and kinds that are no whole numbers mean nothing. */
  const whole = (tag: number): number | null => {
    const value = number(tag);
    return value !== null && Number.isInteger(value) && value >= 0 ? value : null;
  };
  const pages = countPages(tiff, first, mostPages);
  const extra = tiff.numbers(first.fields.get(TAG.extraSamples));
  return {
    ...EMPTY_OUTLINE,
    width: whole(TAG.width) ?? 0,
    height: whole(TAG.height) ?? 0,
    bitDepth: whole(TAG.bits) ?? 1,
    channels: whole(TAG.samples) ?? 1,
    hasAlpha: extra.some((kind) => kind === 1 || kind === 2),
    colour: COLOURS[whole(TAG.photometric) ?? -1] ?? null,
    progressive: false,
    animation: { frames: 1, pages, duration_s: null, loop: null },
    truncated: missingParts(tiff, first, file.length),
    damage: tiff.damage,
    density: densityOf(number),
    // The file is itself a structure as EXIF has.
    exif: file,
    xmp: first.fields.get(TAG.xmp)?.bytes ?? null,
    iptc: first.fields.get(TAG.iptc)?.bytes ?? null,
    icc: first.fields.get(TAG.icc)?.bytes ?? null,
  };
}

/** Decoders leave missing tiles black and say nothing. */
function missingParts(tiff: TiffBlock, { fields }: Ifd, fileBytes: number): string | null {
  const numbers = (tag: number): readonly number[] => tiff.numbers(fields.get(tag));
  const missing = (offsets: readonly number[], bytes: readonly number[]): number =>
    offsets.filter((offset, index) => offset + (bytes[index] ?? 0) > fileBytes).length;
  const strips = missing(numbers(TAG.stripOffsets), numbers(TAG.stripBytes));
  const tiles = missing(numbers(TAG.tileOffsets), numbers(TAG.tileBytes));
  return strips + tiles > 0 ? `${strips + tiles} of its parts are missing` : null;
}

function countPages(tiff: TiffBlock, first: Ifd, mostPages: number): number {
  let pages = 1;
  let next = first.next;
  while (next !== 0 && pages < mostPages) {
    const directory = tiff.read(next, `directory ${pages + 1}`);
    if (!directory) break;
    pages += 1;
    next = directory.next;
  }
  return pages;
}

function densityOf(number: (tag: number) => number | null): Density | null {
  const [x, y] = [number(TAG.xResolution), number(TAG.yResolution)];
  if (x === null || y === null) return null;
  const unit = ({ 2: 'inch', 3: 'cm' } as const)[number(TAG.resolutionUnit) ?? 2] ?? 'none';
  return { x, y, unit };
}
