/**
 * The encoding of a text, decided over all of its bytes, and its rewriting to UTF-8.
 * DuckDB takes UTF-8 only, and reads UTF-16 without a mark silently as garbage.
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesAt } from '../program/file-bytes.ts';
import { unfinished } from '../program/utf8.ts';

export interface Encoding {
  readonly name: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly bom: boolean;
  /** UTF-8 that is broken in places: how many chunks' worth of sequences will read as U+FFFD. */
  readonly broken: boolean;
}

const CHUNK_BYTES = 4 * 1024 * 1024;

export async function encodingOf(path: string, onBytes: (done: number) => void): Promise<Encoding> {
  const head = bytesAt(path, 0, 4096);
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', bom: true, broken: false };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', bom: true, broken: false };
  const wide = wideWithoutMark(head);
  if (wide) return { name: wide, bom: false, broken: false };
  const bom = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  if (await isUtf8File(path, onBytes)) return { name: 'utf-8', bom, broken: false };
  const census = await censusOf(path);
  // Real UTF-8 with a few broken places has many more good sequences than bad ones.
  if (bom || census.good > 2 * census.bad) return { name: 'utf-8', bom, broken: true };
  return { name: 'windows-1252', bom: false, broken: false };
}

/** Latin text in UTF-16 has a zero in every other byte, and delimiters and line ends always do. */
function wideWithoutMark(head: Buffer): 'utf-16le' | 'utf-16be' | null {
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
  const decoder = new TextDecoder(encoding.name);
  let replaced = 0;
  let done = 0;
  const texts = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(from, { highWaterMark: CHUNK_BYTES })) {
      done += (chunk as Buffer).length;
      onBytes(done);
      yield Buffer.from(counted(decoder.decode(chunk as Buffer, { stream: true })));
    }
    yield Buffer.from(counted(decoder.decode()));
  };
  const counted = (text: string): string => {
    for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) replaced += 1;
    return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  };
  await pipeline(Readable.from(texts()), createWriteStream(to));
  return replaced;
}
