/** What the camera wrote: EXIF in words and numbers with units. What makes no sense is null, and counts as damage. */
import { type Ifd, openTiff, textOf, type TiffBlock } from './ifd.ts';
import { exists } from './calendar.ts';
import { type Gps, gpsOf } from './gps.ts';

export interface Exif {
  readonly make: string | null;
  readonly model: string | null;
  readonly lens_make: string | null;
  readonly lens: string | null;
  readonly taken_at: string | null;
  readonly taken_subsec: string | null;
  readonly taken_offset: string | null;
  readonly digitised_at: string | null;
  readonly modified_at: string | null;
  readonly exposure_s: number | null;
  readonly f_number: number | null;
  readonly iso: number | null;
  readonly focal_mm: number | null;
  readonly focal35_mm: number | null;
  readonly exposure_compensation_ev: number | null;
  readonly flash: { readonly code: number; readonly fired: boolean } | null;
  readonly white_balance: Coded | null;
  readonly metering: Coded | null;
  readonly program: Coded | null;
  readonly colour_space: Coded | null;
  readonly software: string | null;
  readonly artist: string | null;
  readonly copyright: string | null;
  readonly description: string | null;
  readonly orientation: number | null;
  readonly x_resolution: number | null;
  readonly y_resolution: number | null;
  readonly resolution_unit: 'inch' | 'cm' | 'none' | null;
  readonly thumbnail_bytes: number | null;
}

/** The number as it stands in the file, and what the standard calls it. */
interface Coded {
  readonly code: number;
  readonly name: string | null;
}

export interface ExifFound {
  readonly exif: Exif | null;
  readonly gps: Gps | null;
  /** What is damaged, one sentence each. */
  readonly damage: readonly string[];
}

const METERING = ['unknown', 'average', 'centre-weighted', 'spot', 'multi-spot', 'pattern', 'partial'];
const PROGRAMS = [
  'not defined',
  'manual',
  'program',
  'aperture priority',
  'shutter priority',
  'creative',
  'action',
  'portrait',
  'landscape',
  'bulb',
];

/** `ofTiff`: the block is a TIFF file, whose first directory describes the picture whether or not there is EXIF. */
export function readExif(block: Buffer | null, ofTiff: boolean): ExifFound {
  if (!block) return { exif: null, gps: null, damage: [] };
  const tiff = openTiff(block);
  const main = tiff?.read(tiff.first, 'the first directory');
  if (!tiff || !main) {
    return { exif: null, gps: null, damage: tiff?.damage ?? ['the block does not begin as EXIF does'] };
  }
  const linked = (tag: number, name: string): Ifd | null => {
    const [offset] = tiff.numbers(main.fields.get(tag));
    return offset === undefined ? null : tiff.read(offset, name);
  };
  const camera = linked(0x8769, 'the EXIF directory');
  const place = linked(0x8825, 'the GPS directory');
  const thumbnail = main.next === 0 || ofTiff ? null : tiff.read(main.next, 'the thumbnail directory');
  const odd: string[] = [];
  const exif = exifOf(tiff, { main, camera, thumbnail }, odd);
  const gps = place && gpsOf(tiff, place, odd);
  return { exif, gps, damage: [...tiff.damage, ...odd] };
}

interface Directories {
  readonly main: Ifd;
  readonly camera: Ifd | null;
  readonly thumbnail: Ifd | null;
}

/** Reads fields of a directory, and notes what makes no sense. */
interface Fields {
  readonly number: (tag: number, name: string) => number | null;
  readonly text: (tag: number) => string | null;
  readonly time: (tag: number, name: string) => string | null;
  readonly coded: (tag: number, name: string, names: readonly string[]) => Coded | null;
}

function fieldsOf(tiff: TiffBlock, ifd: Ifd | null, odd: string[]): Fields {
  const number = (tag: number, name: string): number | null => {
    const [value] = tiff.numbers(ifd?.fields.get(tag));
    if (value === undefined) return null;
    if (Number.isFinite(value)) return value;
    odd.push(`${name} is divided by zero`);
    return null;
  };
  const text = (tag: number): string | null => textOf(ifd?.fields.get(tag));
  return {
    number,
    text,
    time: (tag, name) => timeOf(text(tag), name, odd),
    coded: (tag, name, names) => {
      const code = number(tag, name);
      return code === null ? null : { code, name: names[code] ?? null };
    },
  };
}

function exifOf(tiff: TiffBlock, directories: Directories, odd: string[]): Exif {
  const [main, camera, thumbnail] = [
    fieldsOf(tiff, directories.main, odd),
    fieldsOf(tiff, directories.camera, odd),
    fieldsOf(tiff, directories.thumbnail, odd),
  ];
  return {
    make: main.text(0x010f),
    model: main.text(0x0110),
    modified_at: main.time(0x0132, 'the time modified'),
    software: main.text(0x0131),
    artist: main.text(0x013b),
    copyright: main.text(0x8298),
    description: main.text(0x010e),
    orientation: main.number(0x0112, 'the orientation'),
    x_resolution: main.number(0x011a, 'the resolution'),
    y_resolution: main.number(0x011b, 'the resolution'),
    resolution_unit: unitOf(main.number(0x0128, 'the unit of resolution')),
    thumbnail_bytes: thumbnail.number(0x0202, 'the length of the thumbnail'),
    ...shotOf(camera),
  };
}

type Shot = Omit<
  Exif,
  | 'make'
  | 'model'
  | 'modified_at'
  | 'software'
  | 'artist'
  | 'copyright'
  | 'description'
  | 'orientation'
  | 'x_resolution'
  | 'y_resolution'
  | 'resolution_unit'
  | 'thumbnail_bytes'
>;

function shotOf({ number, text, time, coded }: Fields): Shot {
  const flash = number(0x9209, 'the flash');
  return {
    lens_make: text(0xa433),
    lens: text(0xa434),
    taken_at: time(0x9003, 'the time taken'),
    taken_subsec: text(0x9291),
    taken_offset: offsetOf(text(0x9011) ?? text(0x9010)),
    digitised_at: time(0x9004, 'the time digitised'),
    exposure_s: number(0x829a, 'the exposure time'),
    f_number: number(0x829d, 'the f-number'),
    iso: number(0x8827, 'the sensitivity'),
    focal_mm: number(0x920a, 'the focal length'),
    focal35_mm: number(0xa405, 'the focal length at 35 mm'),
    exposure_compensation_ev: number(0x9204, 'the exposure compensation'),
    flash: flash === null ? null : { code: flash, fired: (flash & 1) === 1 },
    white_balance: coded(0xa403, 'the white balance', ['auto', 'manual']),
    metering: coded(0x9207, 'the metering', METERING),
    program: coded(0x8822, 'the program', PROGRAMS),
    colour_space: colourSpace(number(0xa001, 'the colour space')),
  };
}

function unitOf(code: number | null): Exif['resolution_unit'] {
  return code === null ? null : ((['none', 'none', 'inch', 'cm'] as const)[code] ?? null);
}

function colourSpace(code: number | null): Coded | null {
  if (code === null) return null;
  const names: Readonly<Record<number, string>> = { 1: 'sRGB', 2: 'Adobe RGB', 65_535: 'uncalibrated' };
  return { code, name: names[code] ?? null };
}

/** `2013:02:06 16:00:03` as `2013-02-06T16:00:03`; cameras without a clock write zeros or blanks. */
function timeOf(text: string | null, name: string, odd: string[]): string | null {
  if (text === null || /^[\s:0]*$/.test(text)) return null;
  const found = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text);
  const iso = found && `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}`;
  if (iso && exists(iso)) return iso;
  odd.push(`${name} is no time`);
  return null;
}

function offsetOf(text: string | null): string | null {
  return text !== null && /^[+-]\d\d:\d\d$/.test(text) ? text : null;
}
