/**
 * What a code point is to the counting. Word characters and whitespace are those of Python's `\w` and `\s`, because the
 * word rule of the reference answers is Python's: letters and numbers of all scripts and the underscore, but no marks.
 */
import { SCRIPTS, scriptIndex } from './scripts.ts';

export const CATEGORIES =
  'Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn'.split(' ');

const categoryTests = CATEGORIES.map((name) => new RegExp(`^\\p{${name}}$`, 'u'));

export const WORD = 1;
export const SPACE = 2;
export const MARK = 4;
/** May be one user-perceived character with its neighbours. */
export const JOINING = 8;
/** Written without spaces between words: each character is a token of the signatures. */
export const UNSPACED = 16;
export const LETTER = 32;
/** Control, format or replacement character: looked at one by one. */
export const ODD = 64;
const KNOWN = 128;

const PYTHON_SPACE = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u;
const JOINS =
  /^[\p{M}\p{Cf}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Grapheme_Extend}\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u{d4e}\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]$/u;
const WITHOUT_SPACES = new Set(['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']);

const flagTable = new Uint8Array(0x110000);
const categoryTable = new Uint8Array(0x110000);

export function flagsOf(codePoint: number): number {
  const flags = flagTable[codePoint] as number;
  return flags === 0 ? learn(codePoint) : flags;
}

/** Index into CATEGORIES of a code point whose flags were asked for. */
export function categoryIndex(codePoint: number): number {
  return categoryTable[codePoint] as number;
}

function learn(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  const index = categoryTests.findIndex((test) => test.test(character));
  const category = CATEGORIES[index] as string;
  categoryTable[codePoint] = index;
  const letter = category.startsWith('L');
  const flags =
    KNOWN |
    (letter ? LETTER : 0) |
    (letter || category.startsWith('N') || character === '_' ? WORD : 0) |
    (PYTHON_SPACE.test(character) ? SPACE : 0) |
    (category.startsWith('M') ? MARK : 0) |
    (JOINS.test(character) ? JOINING : 0) |
    (letter && WITHOUT_SPACES.has(SCRIPTS[scriptIndex(codePoint)] as string) ? UNSPACED : 0) |
    (isOdd(codePoint, category) ? ODD : 0);
  flagTable[codePoint] = flags;
  return flags;
}

function isOdd(codePoint: number, category: string): boolean {
  if (codePoint === 9 || codePoint === 10 || codePoint === 13) return false;
  return category === 'Cc' || category === 'Cf' || category === 'Cs' || codePoint === 0xfffd;
}
