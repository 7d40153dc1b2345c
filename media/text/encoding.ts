/** The encoding of a text: by its mark, by being valid UTF-8, by looking like UTF-16 or UTF-32, else by statistics. */
import type { ByteCensus } from './byte-census.ts';
import { isEncoding } from './decode.ts';
import { guessEncoding } from './encoding-statistics.ts';
import { TextFailure } from './failure.ts';
import { bytesAt } from '../program/file-bytes.ts';
import { KIBIBYTE, READ_BYTES } from './job.ts';
import { byMark, type Found, wideWithoutMark } from './wide.ts';

/** Of real UTF-8 that is broken in places, this much is whole. */
const BROKEN_UTF8 = 0.9;
const STATISTICS_BYTES = 64 * KIBIBYTE;

export function encodingOf(path: string, head: Buffer, census: ByteCensus, wanted: string): Found {
  const mark = byMark(head);
  if (wanted !== 'auto') {
    const name = wanted.toLowerCase();
    if (!isEncoding(name)) throw unknownEncoding();
    return { name, confidence: 1, bom: mark !== null, by: 'parameter' };
  }
  if (mark) return mark;
  const wide = wideWithoutMark(head, census);
  if (wide) return wide;
  if (census.validUtf8) {
    const by = asciiOnly(census);
    const plain = { name: 'utf-8', confidence: 1, bom: false, by };
    return by === 'ASCII only' ? (iso2022(head) ?? plain) : plain;
  }
  const bytes = fromFirstBeyondAscii(path, census.bytes);
  const whole = wholeUtf8Share(bytes);
  if (whole >= BROKEN_UTF8) {
    return {
      name: 'utf-8',
      confidence: Math.round(whole * 1000) / 1000,
      bom: false,
      by: 'mostly valid bytes',
    };
  }
  return { ...guessEncoding(bytes), bom: false, by: 'statistics' };
}

function asciiOnly({ counts }: ByteCensus): string {
  for (let byte = 0x80; byte < 0x100; byte += 1) if ((counts[byte] as number) > 0) return 'valid bytes';
  return 'ASCII only';
}

function unknownEncoding(): TextFailure {
  return new TextFailure(
    'UNKNOWN_ENCODING',
    'The parameter encoding names none that is known here.',
    'Leave it out, or name one like utf-8, utf-16le, windows-1252, shift_jis, gb18030.',
  );
}

/** Japanese mail: pure ASCII bytes with escape sequences that switch to its character sets and back. */
export function iso2022(head: Buffer): Found | null {
  const text = head.toString('latin1');
  const shift = text.search(/\x1b\$[@B]/);
  if (shift < 0 || !/\x1b\([BJ]/.test(text.slice(shift))) return null;
  return { name: 'iso-2022-jp', confidence: 0.9, bom: false, by: 'escape sequences' };
}

/** From a line before the first byte that is no ASCII; found block by block, however late it comes. */
function fromFirstBeyondAscii(path: string, size: number): Buffer {
  for (let position = 0; position < size; position += READ_BYTES) {
    const block = bytesAt(path, position, READ_BYTES);
    const at = block.findIndex((byte) => byte >= 0x80);
    if (at < 0) continue;
    const lineStart = block.lastIndexOf(0x0a, at) + 1;
    return bytesAt(path, position + Math.max(lineStart, at - KIBIBYTE), STATISTICS_BYTES);
  }
  return Buffer.alloc(0);
}

/** Of the characters beyond ASCII when read as UTF-8, the share that is whole. */
function wholeUtf8Share(bytes: Buffer): number {
  let broken = 0;
  let beyond = 0;
  for (const character of new TextDecoder().decode(bytes)) {
    const codePoint = character.codePointAt(0) as number;
    if (codePoint < 0x80) continue;
    beyond += 1;
    if (codePoint === 0xfffd) broken += 1;
  }
  return beyond === 0 ? 0 : (beyond - broken) / beyond;
}
