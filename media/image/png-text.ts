/** The text chunks of a PNG file: entries for people, and metadata that programs hide in them. */
import { constants, inflateSync } from 'node:zlib';
import { plainText } from './ifd.ts';
import type { TextEntry } from './outline.ts';

export interface PngText {
  readonly entries: readonly TextEntry[];
  readonly xmp: Buffer | null;
  /** From profiles that ImageMagick writes as hexadecimal text, where there is no chunk for it. */
  readonly exif: Buffer | null;
  readonly iptc: Buffer | null;
}

interface Entry {
  readonly keyword: string;
  readonly content: Buffer;
}

const XMP = 'XML:com.adobe.xmp';
const RAW_PROFILE = 'Raw profile type ';
const EXIF_HEADER = 'Exif\0\0';
const MOST_ENTRIES = 100;
/** A packet of XMP may hold a preview. */
const MOST_BYTES = 4 * 1024 * 1024;

export function pngText(chunks: readonly { readonly type: string; readonly data: Buffer }[]): PngText {
  const entries = chunks
    .filter(({ type }) => type === 'tEXt' || type === 'zTXt' || type === 'iTXt')
    .slice(0, MOST_ENTRIES)
    .flatMap(({ type, data }) => entryOf(type, data) ?? []);
  const raw = (name: string): Buffer | null =>
    profileOf(entries.find(({ keyword }) => keyword === RAW_PROFILE + name));
  const packet = entries.find(({ keyword }) => keyword === XMP);
  const segment = raw('APP1');
  const exif = raw('exif') ?? (segment?.indexOf(EXIF_HEADER) === 0 ? segment : null);
  return {
    entries: entries.flatMap(({ keyword, content }) => {
      const text = keyword === XMP || keyword.startsWith(RAW_PROFILE) ? null : plainText(content);
      return text === null ? [] : [{ keyword: plainText(Buffer.from(keyword)), text }];
    }),
    xmp: packet?.content ?? raw('xmp'),
    exif: exif?.indexOf(EXIF_HEADER) === 0 ? exif.subarray(EXIF_HEADER.length) : exif,
    iptc: raw('iptc'),
  };
}

/** Null: not as the format says, or longer than any text. */
function entryOf(type: string, data: Buffer): Entry | null {
  const end = data.indexOf(0);
  if (end < 1) return null;
  const keyword = data.toString('latin1', 0, end);
  const rest = data.subarray(end + 1);
  // Latin-1 is what the older two are in; the reader of plain text finds out.
  if (type === 'tEXt') return { keyword, content: rest };
  if (type === 'zTXt') return unpacked(keyword, rest.subarray(1));
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return null;
  const content = rest.subarray(translated + 1);
  return rest[0] === 1 ? unpacked(keyword, content) : { keyword, content };
}

function unpacked(keyword: string, packed: Buffer): Entry | null {
  try {
    const finishFlush = constants.Z_SYNC_FLUSH;
    return { keyword, content: inflateSync(packed, { maxOutputLength: MOST_BYTES, finishFlush }) };
  } catch {
    return null;
  }
}

/** `\nexif\n    1234\n`, then the bytes in hexadecimal, in lines. */
function profileOf(entry: Entry | undefined): Buffer | null {
  const text = entry?.content.toString('latin1') ?? '';
  const [head] = /^\s*\w+\s+\d+\s/.exec(text) ?? [];
  if (head === undefined) return null;
  return Buffer.from(text.slice(head.length).replaceAll(/\s+/g, ''), 'hex');
}
