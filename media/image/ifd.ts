/**
 * Reads directories of a TIFF structure, which EXIF is too. Nothing in it is trusted: an offset that leads outside,
 * a count that is too large or a directory that was read before is noted and passed over.
 */
import { unfinished } from '../program/utf8.ts';
export interface Ifd {
  /** Values of a field: numbers, or bytes for texts and undefined ones. */
  readonly fields: ReadonlyMap<number, Field>;
  /** Offset of the next directory; 0: none. */
  readonly next: number;
}

export interface Field {
  readonly type: number;
  readonly count: number;
  readonly bytes: Buffer;
}

export interface TiffBlock {
  readonly order: 'LE' | 'BE';
  readonly first: number;
  /** Null: not a directory, or one that was read before; `damage` says so. */
  readonly read: (offset: number, name: string) => Ifd | null;
  /** Fractions as their quotient, which may be no number at all; at most 64 unless said. */
  readonly numbers: (field: Field | undefined, most?: number) => readonly number[];
  /** What was passed over, at most eight of it. */
  readonly damage: readonly string[];
}

const SIZES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
const MOST_FIELDS = 4_096;
const MOST_DAMAGE = 8;
/** Longer lists are strips, tiles and maker notes. */
const MOST_NUMBERS = 64;

/** Null: the block does not begin as a TIFF structure does. */
export function openTiff(block: Buffer): TiffBlock | null {
  const mark = block.length < 8 ? '' : block.toString('latin1', 0, 2);
  if (mark !== 'II' && mark !== 'MM') return null;
  const order = mark === 'II' ? 'LE' : 'BE';
  const reading = readingOf(block, order);
  if (reading.u16(2) !== (reading.form === BIG ? BIG.version : CLASSIC.version)) return null;
  const damage: string[] = [];
  const seen = new Set<number>();
  const note = (what: string): void => {
    if (damage.length < MOST_DAMAGE) damage.push(what);
  };
  const read = (offset: number, name: string): Ifd | null => {
    if (seen.has(offset)) note(`${name} leads back to a directory before it`);
    else if (offset < 8 || offset + reading.form.countBytes > block.length) note(`${name} lies outside`);
    else {
      seen.add(offset);
      return directoryAt(reading, offset, name, note);
    }
    return null;
  };
  return {
    order,
    first: reading.offset(reading.form === BIG ? 8 : 4),
    read,
    damage,
    numbers: (field, most = MOST_NUMBERS) => numbersOf(field, order, most),
  };
}

interface Form {
  readonly version: number;
  /** Of an offset, and of what stands in its place where it fits. */
  readonly offsetBytes: number;
  /** Of the number of fields that a directory begins with. */
  readonly countBytes: number;
}

const CLASSIC: Form = { version: 42, offsetBytes: 4, countBytes: 2 };
/** For files beyond 4 GB; some programs write smaller ones so too. */
const BIG: Form = { version: 43, offsetBytes: 8, countBytes: 8 };

interface Reading {
  readonly block: Buffer;
  readonly form: Form;
  readonly u16: (at: number) => number;
  /** What is an offset or a number of values, in either form. */
  readonly offset: (at: number) => number;
}

function readingOf(block: Buffer, order: 'LE' | 'BE'): Reading {
  const u16 = (at: number): number => (order === 'LE' ? block.readUInt16LE(at) : block.readUInt16BE(at));
  const u32 = (at: number): number => (order === 'LE' ? block.readUInt32LE(at) : block.readUInt32BE(at));
  const u64 = (at: number): number => {
    const [low, high] = order === 'LE' ? [at, at + 4] : [at + 4, at];
    return u32(high) * 2 ** 32 + u32(low);
  };
  const big = block.length >= 16 && u16(2) === BIG.version && u16(4) === BIG.offsetBytes;
  return { block, form: big ? BIG : CLASSIC, u16, offset: big ? u64 : u32 };
}

type Note = (what: string) => void;

function directoryAt(reading: Reading, offset: number, name: string, note: Note): Ifd {
  const { block, form } = reading;
  const entryBytes = 4 + 2 * form.offsetBytes;
  const from = offset + form.countBytes;
  const count = form === BIG ? reading.offset(offset) : reading.u16(offset);
  const room = Math.floor((block.length - from) / entryBytes);
  if (count > room || count > MOST_FIELDS) note(`${name} says it has ${count} fields`);
  const fields = new Map<number, Field>();
  for (let index = 0; index < Math.min(count, room, MOST_FIELDS); index++) {
    const found = fieldAt(reading, from + entryBytes * index, name, note);
    if (found && !fields.has(found[0])) fields.set(...found);
  }
  const after = from + entryBytes * count;
  return { fields, next: after + form.offsetBytes <= block.length ? reading.offset(after) : 0 };
}

function fieldAt(
  { block, form, u16, offset }: Reading,
  at: number,
  name: string,
  note: Note,
): readonly [number, Field] | null {
  const [tag, type, count] = [u16(at), u16(at + 2), offset(at + 4)];
  const size = SIZES[type];
  const bytes = size === undefined ? 0 : size * count;
  const inPlace = at + 4 + form.offsetBytes;
  const from = bytes > form.offsetBytes ? offset(inPlace) : inPlace;
  if (size === undefined) note(`field 0x${tag.toString(16)} of ${name} has no known type`);
  else if (from + bytes > block.length) note(`field 0x${tag.toString(16)} of ${name} leads outside`);
  else return [tag, { type, count, bytes: block.subarray(from, from + bytes) }];
  return null;
}

function numbersOf(field: Field | undefined, order: 'LE' | 'BE', most: number): readonly number[] {
  if (!field) return [];
  const { type, bytes } = field;
  const size = SIZES[type] as number;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = order === 'LE';
  const count = Math.min(field.count, most);
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    switch (type) {
      case 3:
        return view.getUint16(at, little);
      case 4:
      case 13:
        return view.getUint32(at, little);
      case 5:
        return view.getUint32(at, little) / view.getUint32(at + 4, little);
      case 6:
        return view.getInt8(at);
      case 8:
        return view.getInt16(at, little);
      case 9:
        return view.getInt32(at, little);
      case 10:
        return view.getInt32(at, little) / view.getInt32(at + 4, little);
      case 11:
        return view.getFloat32(at, little);
      case 12:
        return view.getFloat64(at, little);
      case 16:
      case 18:
        return Number(view.getBigUint64(at, little));
      case 17:
        return Number(view.getBigInt64(at, little));
      default:
        return view.getUint8(at);
    }
  });
}

/** Without what follows the first NUL; UTF-8 where it is, else Latin-1. */
export function textOf(field: Field | undefined): string | null {
  if (!field) return null;
  const end = field.bytes.indexOf(0);
  return shortText(end < 0 ? field.bytes : field.bytes.subarray(0, end));
}

const SHORT_BYTES = 4_096;

/** As plainText, of the beginning of what may be long; no character is cut in two. */
export function shortText(bytes: Buffer): string | null {
  const beginning = bytes.subarray(0, SHORT_BYTES);
  const cut = bytes.length > SHORT_BYTES ? unfinished(beginning) : 0;
  return plainText(beginning.subarray(0, beginning.length - cut));
}

/** Hostile text for people: no control characters, at most 1,000 characters; null when nothing is left. */
export function plainText(bytes: Buffer): string | null {
  const utf8 = bytes.toString('utf8');
  const text = utf8.includes('\uFFFD') ? bytes.toString('latin1') : utf8;
  const plain = text
    .trim()
    .slice(0, 1_000)
    // After the cut, which may leave half of a pair.
    .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .trim();
  return plain === '' ? null : plain;
}
