/** Reads the directories of a TIFF file. */
import { refusals } from './failures.ts';
import { type Ifd, openTiff, textOf, type TiffBlock } from './ifd.ts';
import { missingParts } from './tiff-parts.ts';
import { refuseUndecodable } from './tiff-refused.ts';
import { type Density, EMPTY_OUTLINE, type Outline } from './outline.ts';

const TAG = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  photometric: 262,
  samples: 277,
  xResolution: 282,
  yResolution: 283,
  resolutionUnit: 296,
  extraSamples: 338,
  sampleFormat: 339,
  xmp: 700,
  iptc: 33723,
  icc: 34675,
  /** Of GDAL, as text. */
  noData: 42113,
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
  refuseUndecodable(file, tiff, first);
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
  const [bitDepth, colour] = [whole(TAG.bits) ?? 1, COLOURS[whole(TAG.photometric) ?? -1] ?? null];
  return {
    ...EMPTY_OUTLINE,
    width: whole(TAG.width) ?? 0,
    height: whole(TAG.height) ?? 0,
    bitDepth,
    channels: whole(TAG.samples) ?? 1,
    hasAlpha: extra.some((kind) => kind === 1 || kind === 2),
    colour,
    progressive: false,
    animation: { frames: 1, pages, duration_s: null, loop: null },
    ...missingParts(tiff, first, file.length),
    damage: tiff.damage,
    density: densityOf(number),
    samples: colour === 'gray' || colour === 'rgb' ? samplesOf(whole(TAG.sampleFormat) ?? 1, bitDepth) : null,
    noData: noDataOf(textOf(first.fields.get(TAG.noData))),
    // The file is itself a structure as EXIF has.
    exif: file,
    xmp: first.fields.get(TAG.xmp)?.bytes ?? null,
    iptc: first.fields.get(TAG.iptc)?.bytes ?? null,
    icc: first.fields.get(TAG.icc)?.bytes ?? null,
  };
}

const [UNSIGNED, SIGNED, FLOAT, UNDEFINED] = [1, 2, 3, 4];

function samplesOf(format: number, bits: number): Outline['samples'] {
  if (![UNSIGNED, SIGNED, FLOAT, UNDEFINED].includes(format)) {
    throw refusals.unsupported('a TIFF image of complex numbers');
  }
  if (bits > 32) throw refusals.unsupported(`a TIFF image with ${bits} bits a sample`);
  if (format === FLOAT) return 'float';
  if (format === SIGNED) return 'signed';
  return bits === 32 ? 'unsigned' : null;
}

function noDataOf(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.fround(value) : null;
}

/** A copy that calls its samples words without a sign. */
export function withWords(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const tiff = openTiff(copy);
  const format = tiff?.read(tiff.first, 'the first directory')?.fields.get(TAG.sampleFormat)?.bytes;
  for (let at = 0; tiff && format && at + 2 <= format.length; at += 2) {
    format[tiff.order === 'LE' ? at : at + 1] = UNSIGNED;
  }
  return copy;
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
