/**
 * The older encoding of a table that is no UTF-8, decided by the words of its cells that hold bytes beyond ASCII. Tables
 * have few of them, and names instead of sentences: where that tells too little, it is windows-1252.
 */
import { decoded } from '../text/decode.ts';
import { doubleByteOf } from '../text/double-byte.ts';
import { rateOf } from '../text/encoding-statistics.ts';
import { frequencyOf } from '../text/letter-frequency.ts';
import { CANDIDATES, isOtherAlphabet } from '../text/letter-tables.ts';
import { bytesAt, sizeOf } from '../program/file-bytes.ts';

const BLOCK_BYTES = 1024 * 1024;
const EVIDENCE_BYTES = 32 * 1024;
const LINE_END = 0x0a;
const USUAL = 'windows-1252';

export function legacyEncodingOf(path: string): string {
  const words = wordsBeyondAscii(path);
  const beyond = words.filter((byte) => byte >= 0x80).length;
  if (beyond < LEAST_BYTES || isSignsOnly(words)) return USUAL;
  const pairs = doubleByteOf(words);
  const ascii = words.filter((byte) => byte >= 0x41 && byte <= 0x7a).length;
  // Languages in Latin letters write most of them in ASCII.
  if (ascii >= beyond) return pairs ?? latinOf(words);
  const { name, rate } = otherScriptOf(words);
  return pairs !== null && rate < SURE ? pairs : name;
}

const LEAST_BYTES = 3;

/** Different words, one a line. */
function wordsBeyondAscii(path: string): Buffer {
  const words = new Map<string, Buffer>();
  let held = 0;
  for (let from = 0; from < sizeOf(path) && held < EVIDENCE_BYTES; from += BLOCK_BYTES) {
    for (const word of wordsOf(bytesAt(path, from, BLOCK_BYTES))) {
      const key = word.toString('latin1');
      if (words.has(key) || held >= EVIDENCE_BYTES) continue;
      words.set(key, word);
      held += word.length + 1;
    }
  }
  return Buffer.concat([...words.values()].flatMap((word) => [word, Buffer.of(LINE_END)]));
}

/** Second bytes of characters are letters and signs from 0x40 on; delimiters, quotes, digits and spaces come before. */
function* wordsOf(block: Buffer): Generator<Buffer> {
  let from = 0;
  let beyond = false;
  for (let at = 0; at <= block.length; at += 1) {
    const byte = block[at] ?? LINE_END;
    if (byte >= 0x80) beyond = true;
    if (byte >= 0x40) continue;
    if (beyond) yield block.subarray(from, at);
    from = at + 1;
    beyond = false;
  }
}

/** `10 €`, `5 µg`, `10×20`: each by itself, and no letter in what is usual. */
function isSignsOnly(words: Buffer): boolean {
  const text = decoded(words, USUAL);
  return !/[\u0080-\uffff]{2}/.test(text) && !/[\u0080-\uffff]/.test(text.replace(/[µªº]|[^\p{L}\n]/gu, ''));
}

/** Others must fit much better: their letters are letters of some western language, too. */
const UNUSUAL = 0.8;

function latinOf(words: Buffer): string {
  const rated = CANDIDATES.filter(({ latin }) => latin).map((candidate) => ({
    name: candidate.reported,
    rate: rateOf(candidate, words) * (candidate.name === USUAL ? 1 : UNUSUAL),
  }));
  return best(rated).name;
}

/** From here on it is no other encoding's text by chance. */
const SURE = 0.75;

interface Rated {
  readonly name: string;
  readonly rate: number;
}

function otherScriptOf(words: Buffer): Rated {
  const singles = CANDIDATES.filter(isOtherAlphabet);
  return best(
    singles.map(({ name, reported }) => ({ name: reported, rate: frequencyOf(decoded(words, name)) })),
  );
}

/** Of equals the first. */
function best(rated: readonly Rated[]): Rated {
  return rated.reduce((a, b) => (b.rate > a.rate + 1e-9 ? b : a));
}
