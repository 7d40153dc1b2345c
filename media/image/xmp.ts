/**
 * What an XMP packet says, read as text: the usual names with their usual prefixes, as elements or attributes. No XML
 * parser sees it, so it can declare, expand and fetch nothing.
 */
import { type Gps, NO_PLACE } from './gps.ts';
import { plainText } from './ifd.ts';

export interface Xmp {
  readonly title: string | null;
  readonly description: string | null;
  readonly creator: string | null;
  readonly rights: string | null;
  readonly creator_tool: string | null;
  readonly label: string | null;
  readonly created_at: string | null;
  readonly rating: number | null;
  readonly keywords: readonly string[];
}

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_KEYWORDS = 100;

export function readXmp(block: Buffer | null): Xmp | null {
  const packet = packetOf(block);
  if (!packet.includes('<')) return null;
  const first = (name: string): string | null => items(packet, name)[0] ?? attribute(packet, name);
  const rating = Number(first('xmp:Rating') ?? Number.NaN);
  return {
    title: first('dc:title'),
    description: first('dc:description'),
    creator: first('dc:creator'),
    rights: first('dc:rights'),
    creator_tool: first('xmp:CreatorTool'),
    label: first('xmp:Label'),
    created_at: first('xmp:CreateDate'),
    rating: Number.isFinite(rating) ? rating : null,
    keywords: items(packet, 'dc:subject').slice(0, MOST_KEYWORDS),
  };
}

/** Where the picture was taken, as programs write it that leave EXIF alone: `52,30.5N`, or with seconds. */
export function placeInXmp(block: Buffer | null): Gps | null {
  const packet = packetOf(block);
  const angle = (name: string, signs: string, most: number): number | null => {
    const text = items(packet, name)[0] ?? attribute(packet, name) ?? '';
    const [, degree, minute, second, side] =
      /^(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])$/.exec(text) ?? [];
    if (side === undefined || !signs.includes(side)) return null;
    const value = Number(degree) + Number(minute) / 60 + Number(second ?? 0) / 3600;
    return value <= most ? value * (side === signs[0] ? 1 : -1) : null;
  };
  const latitude_deg = angle('exif:GPSLatitude', 'NS', 90);
  const longitude_deg = angle('exif:GPSLongitude', 'EW', 180);
  if (latitude_deg === null || longitude_deg === null) return null;
  return { ...NO_PLACE, latitude_deg, longitude_deg };
}

function packetOf(block: Buffer | null): string {
  return block?.toString('utf8', 0, MOST_BYTES) ?? '';
}

/** The items of an element that holds a list, or its own text. */
function items(packet: string, name: string): readonly string[] {
  const inner = elementOf(packet, name, 0)?.inner;
  if (inner === undefined) return [];
  const found: string[] = [];
  for (let at = 0; found.length < MOST_KEYWORDS; ) {
    const item = elementOf(inner, 'rdf:li', at);
    if (!item) break;
    const text = plain(item.inner);
    if (text !== null) found.push(text);
    at = item.end;
  }
  if (found.length > 0 || inner.includes('<')) return found;
  const text = plain(inner);
  return text === null ? [] : [text];
}

function elementOf(
  text: string,
  name: string,
  from: number,
): { readonly inner: string; readonly end: number } | null {
  const open = text.indexOf(`<${name}`, from);
  const after = open < 0 ? '' : (text[open + 1 + name.length] ?? '');
  if (open < 0 || !/[\s>/]/.test(after)) return null;
  const start = text.indexOf('>', open);
  if (start < 0 || text[start - 1] === '/') return null;
  const close = text.indexOf(`</${name}>`, start);
  return close < 0 ? null : { inner: text.slice(start + 1, close), end: close + name.length + 3 };
}

function attribute(packet: string, name: string): string | null {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(packet);
  return found ? plain(found[1] ?? found[2] ?? '') : null;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function plain(text: string): string | null {
  const readable = text
    .slice(0, 4_096)
    .replaceAll(/&(?:(lt|gt|amp|quot|apos)|#x([0-9a-f]{1,6})|#(\d{1,7}));/gi, (whole, name, hex, decimal) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
  return plainText(Buffer.from(readable));
}
