/**
 * Whether a PDF is under a password: by its trailers, one after the other as a reader follows them from the end of the
 * file, be they tables or streams. Where that chain is broken the file is searched, as readers do that repair.
 */
import type { ReadAt } from '../zip/directory.ts';
import { opensWithoutPassword } from './pdf-password.ts';
import {
  isDictionary,
  isReference,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
  pdfValue,
} from './pdf-syntax.ts';

const TAIL_BYTES = 2048;
const MOST_SECTIONS = 256;
const TRAILER_BYTES = 16 * 1024;
const ENTRY_BYTES = 20;
const MOST_SUBSECTIONS = 10_000;
const WINDOW_BYTES = 1024 ** 2;
const OVERLAP_BYTES = 256;

export function isLockedPdf(read: ReadAt, size: number): boolean {
  const text = (at: number, bytes: number): string =>
    at < 0 || at >= size ? '' : read(at, Math.min(bytes, size - at)).toString('latin1');
  const file: Pdf = { text, read, size };
  const trailers = trailersOf(file);
  const encrypt = trailers
    .map((one) => one.get('Encrypt'))
    .find((value) => value !== undefined && value !== null);
  if (encrypt === undefined) return false;
  const encryption = isReference(encrypt) ? objectOf(file, encrypt) : encrypt;
  if (!isDictionary(encryption)) return true;
  return !opensWithoutPassword(encryption, idOf(trailers));
}

interface Pdf {
  readonly text: (at: number, bytes: number) => string;
  readonly read: ReadAt;
  readonly size: number;
}

function trailersOf(file: Pdf): readonly PdfDictionary[] {
  const { text, size } = file;
  const offset = /startxref\s+(\d{1,15})(?![\s\S]*startxref)/.exec(
    text(size - Math.min(size, TAIL_BYTES), TAIL_BYTES),
  );
  // What stands before the file moves every place in it.
  const moved = Math.max(0, text(0, 1024).indexOf('%PDF-'));
  const found: PdfDictionary[] = [];
  const passed = new Set<number>();
  const ahead = offset ? [Number(offset[1])] : [];
  for (let at = ahead.pop(); at !== undefined && passed.size < MOST_SECTIONS; at = ahead.pop()) {
    if (passed.has(at)) continue;
    passed.add(at);
    const trailer = trailerAt(file, at + moved) ?? trailerAt(file, at);
    if (!trailer) return [...found, ...searchedTrailers(file)];
    found.push(trailer);
    for (const key of ['Prev', 'XRefStm']) {
      const next = trailer.get(key);
      if (typeof next === 'number' && Number.isInteger(next)) ahead.push(next);
    }
  }
  return found.length > 0 ? found : searchedTrailers(file);
}

/** Of a table, or of a stream that is one. */
function trailerAt({ text }: Pdf, at: number): PdfDictionary | null {
  const begin = text(at, TRAILER_BYTES);
  const stream = /^\s*\d+\s+\d+\s+obj\b/.exec(begin);
  if (stream) return asDictionary(pdfValue(begin, stream[0].length));
  const table = /^\s*xref\b\s*/.exec(begin);
  if (!table) return null;
  let position = at + table[0].length;
  for (let passed = 0; passed < MOST_SUBSECTIONS; passed += 1) {
    const next = text(position, 64);
    const section = /^\s*\d+\s+(\d{1,9})\s*?(?:\r\n|\n|\r| )/.exec(next);
    if (!section) break;
    position += section[0].length + Number(section[1]) * ENTRY_BYTES;
  }
  const rest = text(position, TRAILER_BYTES);
  const trailer = rest.indexOf('trailer');
  return trailer < 0 ? null : asDictionary(pdfValue(rest, trailer + 'trailer'.length));
}

const asDictionary = (value: PdfValue | undefined): PdfDictionary | null =>
  isDictionary(value) ? value : null;

function searchedTrailers(file: Pdf): readonly PdfDictionary[] {
  return [
    ...placesOf(file, /trailer\s{0,8}<</g),
    ...placesOf(file, /\d{1,10} \d{1,5} obj\s{0,8}<<[^>]{0,40}\/Type\s{0,8}\/XRef/g),
  ]
    .slice(0, MOST_SECTIONS)
    .flatMap((at) => {
      const text = file.text(at, TRAILER_BYTES);
      return asDictionary(pdfValue(text, text.indexOf('<<'))) ?? [];
    });
}

/** The last object of this number: those before it were replaced. It never stands in a compressed one. */
function objectOf(file: Pdf, { number, generation }: PdfReference): PdfValue | undefined {
  const head = new RegExp(`(?<!\\d)${number}\\s{1,8}${generation}\\s{1,8}obj\\b`, 'g');
  const at = placesOf(file, head).at(-1);
  if (at === undefined) return undefined;
  const text = file.text(at, TRAILER_BYTES);
  return pdfValue(text, text.indexOf('obj') + 'obj'.length);
}

function placesOf({ text, size }: Pdf, pattern: RegExp): readonly number[] {
  const places: number[] = [];
  for (let from = 0; from < size && places.length < MOST_SECTIONS * 4; from += WINDOW_BYTES - OVERLAP_BYTES)
    for (const found of text(from, WINDOW_BYTES).matchAll(pattern)) places.push(from + found.index);
  return [...new Set(places)];
}

function idOf(trailers: readonly PdfDictionary[]): Buffer {
  for (const trailer of trailers) {
    const id = trailer.get('ID');
    if (Array.isArray(id) && Buffer.isBuffer(id[0])) return id[0];
  }
  return Buffer.alloc(0);
}
