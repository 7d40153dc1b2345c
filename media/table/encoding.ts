/**
 * The encoding of a text, as told or decided over all of its bytes, and its rewriting to UTF-8.
 * DuckDB takes UTF-8 only, and reads UTF-16 without a mark silently as garbage.
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesAt } from '../program/file-bytes.ts';
import { unfinished } from '../program/utf8.ts';
import { byteCensus } from '../text/byte-census.ts';
import { builtIn, decoderOf, isEncoding, withoutMark } from '../text/decode.ts';
import { iso2022 } from '../text/encoding.ts';
import { byMark, wideWithoutMark } from '../text/wide.ts';
import { TableFailure } from './failure.ts';
import { legacyEncodingOf } from './legacy-encoding.ts';

export interface Encoding {
  readonly name: string;
  readonly bom: boolean;
  /** UTF-8 that is broken in places: how many chunks' worth of sequences will read as U+FFFD. */
  readonly broken: boolean;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
const HEAD_BYTES = 4096;

/** `told`: its name, or auto. Throws UNKNOWN_ENCODING. */
export async function encodingOf(
  path: string,
  told: string,
  onBytes: (done: number) => void,
): Promise<Encoding> {
  const head = bytesAt(path, 0, HEAD_BYTES);
  const mark = byMark(head);
  const bom = mark !== null;
  const name = told === 'auto' ? (mark?.name ?? (await wideOf(path, head, onBytes))) : told.toLowerCase();
  if (name !== null && !isEncoding(name)) throw unknownEncoding();
  if (name !== null && name !== 'utf-8') return { name, bom, broken: false };
  if (await isUtf8File(path, onBytes))
    return { name: (name === null && iso2022(head)?.name) || 'utf-8', bom, broken: false };
  const census = await censusOf(path);
  // Real UTF-8 with a few broken places has many more good sequences than bad ones.
  if (name !== null || census.good > 2 * census.bad) return { name: 'utf-8', bom, broken: true };
  return { name: legacyEncodingOf(path), bom: false, broken: false };
}

/** UTF-16 or UTF-32 without a mark; letters that are not Latin leave zeros at delimiters and line ends only. */
async function wideOf(path: string, head: Buffer, onBytes: (done: number) => void): Promise<string | null> {
  const latin = latinWide(head);
  // A zero byte alone is one that does not belong there.
  if (latin !== null || !hasWideLineEnd(head) || hasNarrowDelimiters(head)) return latin;
  return wideWithoutMark(head, await byteCensus(path, onBytes))?.name ?? null;
}

function hasWideLineEnd(head: Buffer): boolean {
  for (let at = 0; at + 1 < head.length; at += 2) {
    const pair = head.readUInt16BE(at);
    if (pair === 0x0a00 || pair === 0x000a) return true;
  }
  return false;
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** Most commas and semicolons stand beside no zero: it was none of theirs that made the line end look wide. */
function hasNarrowDelimiters(head: Buffer): boolean {
  let wide = 0;
  let narrow = 0;
  for (const [at, byte] of head.entries()) {
    if (byte !== COMMA && byte !== SEMICOLON) continue;
    if (head[at % 2 === 0 ? at + 1 : at - 1] === 0) wide += 1;
    else narrow += 1;
  }
  return narrow > wide;
}

function unknownEncoding(): TableFailure {
  return new TableFailure(
    'UNKNOWN_ENCODING',
    'The parameter encoding names none that is known here.',
    'Leave it out, or name one like utf-8, windows-1252, iso-8859-2, shift_jis, gb18030.',
  );
}

/** Latin text in UTF-16 has a zero in every other byte, and delimiters and line ends always do. */
function latinWide(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const pairs = Math.floor(head.length / 2);
  if (pairs < 2) return null;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let index = 0; index < pairs * 2; index += 2) {
    if (head[index] === 0) evenZeros += 1;
    if (head[index + 1] === 0) oddZeros += 1;
  }
  if (oddZeros > pairs * 0.3 && evenZeros < pairs * 0.05) return 'utf-16le';
  return evenZeros > pairs * 0.3 && oddZeros < pairs * 0.05 ? 'utf-16be' : null;
}

async function isUtf8File(path: string, onBytes: (done: number) => void): Promise<boolean> {
  let rest = Buffer.alloc(0);
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    const whole = bytes.length - unfinished(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) return false;
    rest = Buffer.from(bytes.subarray(whole));
    done += (chunk as Buffer).length;
    onBytes(done);
  }
  return rest.length === 0;
}

async function censusOf(path: string): Promise<{ good: number; bad: number }> {
  const sample = bytesAt(path, 0, CHUNK_BYTES);
  const text = new TextDecoder('utf-8').decode(sample);
  let bad = 0;
  let good = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code === 0xfffd) bad += 1;
    else if (code >= 0x80) good += 1;
  }
  return { good, bad };
}

/** Rewrites to UTF-8 without a mark and without zeros. Returns how many characters had to be replaced. */
export async function transcode(
  from: string,
  to: string,
  encoding: Encoding,
  onBytes: (done: number) => void,
): Promise<number> {
  const decoder = BUILT_IN.has(encoding.name) ? builtIn(encoding.name) : decoderOf(encoding.name);
  let first = encoding.bom;
  let replaced = 0;
  let done = 0;
  const texts = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(from, { highWaterMark: CHUNK_BYTES })) {
      done += (chunk as Buffer).length;
      onBytes(done);
      yield Buffer.from(counted(decoder.write(chunk as Buffer)));
    }
    yield Buffer.from(counted(decoder.end()));
  };
  const counted = (decoded: string): string => {
    const text = first ? withoutMark(decoded) : decoded;
    first &&= decoded.length === 0;
    for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) replaced += 1;
    return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  };
  await pipeline(Readable.from(texts()), createWriteStream(to));
  return replaced;
}

/** Faster, and they know a letter for each byte of windows-1252. */
const BUILT_IN = new Set(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']);
