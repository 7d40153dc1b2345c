/** The text chunks of a PNG file: entries for people, and metadata that programs hide in them. */
import { afterPrefix, EXIF_PREFIX, unpacked, XMP_PREFIX } from './blocks.ts';
import { shortText } from './ifd.ts';
import type { TextEntry } from './outline.ts';
import { MOST_TEXT_ENTRIES, textEntry } from './text-entry.ts';

export interface PngText {
  readonly entries: readonly TextEntry[];
  readonly xmp: Buffer | null;
  /** From profiles that ImageMagick and ExifTool write as hexadecimal text, where there is no chunk for it. */
  readonly exif: Buffer | null;
  readonly iptc: Buffer | null;
}

interface Entry {
  readonly keyword: string;
  readonly content: Buffer;
  readonly packed: boolean;
}

const XMP = 'XML:com.adobe.xmp';
const RAW_PROFILE = 'Raw profile type ';
/** Only the beginning of a text is told; a packet of XMP may hold a preview. */
const MOST_TEXT_BYTES = 1024 * 1024;
const MOST_METADATA_BYTES = 4 * 1024 * 1024;

export function pngText(chunks: readonly { readonly type: string; readonly data: Buffer }[]): PngText {
  const found = chunks
    .filter(({ type }) => type === 'tEXt' || type === 'zTXt' || type === 'iTXt')
    .flatMap(({ type, data }) => entryOf(type, data) ?? []);
  const raw = (name: string): Buffer | null =>
    profileOf(found.find(({ keyword }) => keyword === RAW_PROFILE + name));
  const packet = found.find(({ keyword }) => keyword === XMP);
  const [segment, exif] = [raw('APP1'), raw('exif')];
  return {
    entries: found
      .filter(({ keyword }) => keyword !== XMP && !keyword.startsWith(RAW_PROFILE))
      .slice(0, MOST_TEXT_ENTRIES)
      .flatMap(readable),
    xmp:
      (packet ? contentOf(packet, MOST_METADATA_BYTES) : null) ??
      raw('xmp') ??
      afterPrefix(segment, XMP_PREFIX),
    exif: afterPrefix(exif, EXIF_PREFIX) ?? exif ?? afterPrefix(segment, EXIF_PREFIX),
    iptc: raw('iptc'),
  };
}

/** Null: not as the format says. */
function entryOf(type: string, data: Buffer): Entry | null {
  const end = data.indexOf(0);
  // A keyword has at most 79 characters.
  if (end < 1 || end > 79) return null;
  const keyword = data.toString('latin1', 0, end);
  const rest = data.subarray(end + 1);
  if (type === 'tEXt') return { keyword, content: rest, packed: false };
  if (type === 'zTXt') return { keyword, content: rest.subarray(1), packed: true };
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return null;
  return { keyword, content: rest.subarray(translated + 1), packed: rest[0] === 1 };
}

/** Latin-1 is what the two older chunks are in; the reader of plain text finds out. */
function readable(entry: Entry): readonly TextEntry[] {
  const content = contentOf(entry, MOST_TEXT_BYTES);
  return content ? textEntry(shortText(Buffer.from(entry.keyword, 'latin1')), content) : [];
}

/** Null: damaged, or it unfolds to more. */
function contentOf({ content, packed }: Entry, mostBytes: number): Buffer | null {
  return packed ? unpacked(content, mostBytes) : content.subarray(0, mostBytes);
}

/** A line with a name, one with the number of bytes, then those in hexadecimal, in lines. */
function profileOf(entry: Entry | undefined): Buffer | null {
  // Two digits and some line ends for each byte.
  const text = entry ? contentOf(entry, 3 * MOST_METADATA_BYTES)?.toString('latin1') : undefined;
  const [head] = /^\s*[^\n]{1,80}\n\s*\d{1,10}\n/.exec(text ?? '') ?? [];
  if (text === undefined || head === undefined) return null;
  const bytes = Buffer.from(text.slice(head.length).replaceAll(/\s+/g, ''), 'hex');
  return bytes.length === 0 ? null : bytes;
}
