/** Name and colour space of an ICC profile. */
import { plainText } from './ifd.ts';

export interface Icc {
  readonly name: string | null;
  /** As the profile says: `RGB`, `GRAY`, `CMYK`. */
  readonly space: string | null;
  readonly bytes: number;
}

const MOST_TAGS = 200;

export function readIcc(profile: Buffer | null): Icc | null {
  if (!profile || profile.length < 132 || profile.toString('latin1', 36, 40) !== 'acsp') return null;
  return {
    name: descriptionOf(profile),
    space: plainText(profile.subarray(16, 20)),
    bytes: profile.length,
  };
}

function descriptionOf(profile: Buffer): string | null {
  const count = Math.min(profile.readUInt32BE(128), MOST_TAGS);
  for (let index = 0; index < count; index++) {
    const at = 132 + 12 * index;
    if (at + 12 > profile.length) return null;
    if (profile.toString('latin1', at, at + 4) !== 'desc') continue;
    const from = profile.readUInt32BE(at + 4);
    return textOf(profile.subarray(from, from + profile.readUInt32BE(at + 8)));
  }
  return null;
}

/** Version 2: `desc`, reserved, length, ASCII. Version 4: `mluc`, records of language, country, length, offset; UTF-16. */
function textOf(tag: Buffer): string | null {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'desc' && tag.length >= 12) {
    const text = tag.subarray(12, 12 + tag.readUInt32BE(8));
    const end = text.indexOf(0);
    return plainText(end < 0 ? text : text.subarray(0, end));
  }
  if (type !== 'mluc' || tag.length < 28) return null;
  const [length, from] = [tag.readUInt32BE(20), tag.readUInt32BE(24)];
  const text = Buffer.from(tag.subarray(from, from + length - (length % 2)));
  return text.length === 0 ? null : plainText(Buffer.from(text.swap16().toString('utf16le')));
}
