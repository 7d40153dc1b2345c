/** UTF-16 and UTF-32: by their marks, or by what the bytes look like when read so. */
import type { ByteCensus } from './byte-census.ts';
import { CATEGORIES, categoryIndex, flagsOf } from './code-points.ts';
import { decoded } from './decode.ts';

export type WideName = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

export interface Found {
  readonly name: string;
  readonly confidence: number;
  readonly bom: boolean;
  readonly by: string;
}

export function byMark(head: Buffer): Found | null {
  const marks: readonly (readonly [string, string])[] = [
    ['efbbbf', 'utf-8'],
    ['fffe0000', 'utf-32le'],
    ['0000feff', 'utf-32be'],
    ['fffe', 'utf-16le'],
    ['feff', 'utf-16be'],
  ];
  const hex = head.toString('hex', 0, 4);
  const mark = marks.find(
    ([bytes, name]) => hex.startsWith(bytes) && (name !== 'utf-32le' || head.length % 4 === 0),
  );
  return mark ? { name: mark[1], confidence: 1, bom: true, by: 'byte order mark' } : null;
}

/** What a good reading leaves: hardly anything that is no character of a text. */
const PLAUSIBLE = 0.97;
/** Texts of a few words have too little to tell. */
const LEAST_BYTES = 8;

/** `head`: the first 64 kB. Null for anything that reads better one byte at a time. */
export function wideWithoutMark(head: Buffer, census: ByteCensus): Found | null {
  if (census.bytes < LEAST_BYTES) return null;
  // Valid UTF-8 without zeros is that: two letters of ASCII make a Chinese character of UTF-16.
  if (census.validUtf8 && (census.counts[0] as number) === 0) return null;
  if (isMostlyAscii(head)) return null;
  const candidates: readonly WideName[] =
    census.bytes % 4 === 0 ? ['utf-32le', 'utf-32be', 'utf-16le', 'utf-16be'] : ['utf-16le', 'utf-16be'];
  const even = head.subarray(0, head.length - (head.length % 4));
  const rated = candidates
    .map((name) => ({ name, rate: plausibility(name, head.length > even.length + 1 ? even : head) }))
    .sort((a, b) => b.rate - a.rate || zeroHalves(b.name, census) - zeroHalves(a.name, census));
  const [best, second] = rated;
  if (!best || best.rate < PLAUSIBLE) return null;
  const margin = best.rate - (second?.rate ?? 0);
  return { name: best.name, confidence: Math.min(0.99, 0.7 + margin), bom: false, by: 'statistics' };
}

/** Halves of UTF-16 that are ASCII by themselves: kana, and Devanagari, Gurmukhi and Malayalam, after a tab or a line end. */
const HIGH_HALVES = [0x30, 0x09, 0x0a, 0x0d];
const MOSTLY = 0.7;
const OFTEN = 0.3;
const SELDOM = 0.1;

/** At even places and at odd ones, too: one of them has the high halves of UTF-16. */
function isMostlyAscii(head: Buffer): boolean {
  const sides = [0, 1].map((side) => head.filter((_, index) => index % 2 === side));
  const shares = (is: (byte: number) => boolean): number[] =>
    sides.map((bytes) => bytes.filter(is).length / bytes.length);
  const isAscii = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
  if (Math.min(...shares(isAscii)) < MOSTLY) return false;
  return !HIGH_HALVES.some((half) => {
    const found = shares((byte) => byte === half);
    return Math.max(...found) >= OFTEN && Math.min(...found) <= SELDOM;
  });
}

/** Zeros where a reading has the high halves of ASCII, less those elsewhere: bytes in either order may well be letters. */
function zeroHalves(name: WideName, { zerosAtEven, zerosAtOdd }: ByteCensus): number {
  return name.endsWith('be') ? zerosAtEven - zerosAtOdd : zerosAtOdd - zerosAtEven;
}

/** Share of characters that texts are made of, less for letters of many scripts side by side. */
function plausibility(name: WideName, bytes: Buffer): number {
  const text = decoded(bytes, name);
  let good = 0;
  let all = 0;
  let spaces = 0;
  const blocks = new Set<number>();
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    all += 1;
    if (codePoint === 0x20 || codePoint === 0x0a || codePoint === 0x3002 || codePoint === 0x3001) spaces += 1;
    if (!isTextual(codePoint)) continue;
    good += 1;
    if (codePoint < 0x2e80 || codePoint > 0xd7ff) blocks.add(codePoint >> 8);
  }
  if (all === 0) return 0;
  // A text has spaces or full stops, and letters of few blocks.
  const few = blocks.size <= 3 + Math.sqrt(all) / 2 ? 1 : 0.8;
  return (good / all) * few * (spaces > 0 || all < 20 ? 1 : 0.9);
}

const NO_TEXT = new Set(['Cc', 'Cs', 'Co', 'Cn']);

function isTextual(codePoint: number): boolean {
  if (codePoint === 9 || codePoint === 10 || codePoint === 13 || codePoint === 0xfeff) return true;
  if (codePoint === 0xfffd) return false;
  flagsOf(codePoint);
  return !NO_TEXT.has(CATEGORIES[categoryIndex(codePoint)] as string);
}
