/**
 * Words of the rule `\w+(?:['’]\w+)*` as they come, in linear time and bounded memory: a word is handed on as its first
 * 256 units, its full length, and a mark made of the hash of what is beyond.
 */
import { WORD } from './code-points.ts';
import { WORD_UNITS } from './job.ts';
import { wellFormed } from './well-formed.ts';

export interface Word {
  /** In lower case; a word beyond the limit ends with a mark that tells it from others. */
  readonly lower: string;
  readonly codePoints: number;
}

export interface WordStream {
  /** `at` is the index of the character in the chunk that is being read. */
  add(codePoint: number, flags: number, at: number): void;
  /** The chunk ends; a word that goes on is carried over. */
  endChunk(): void;
  startChunk(chunk: string): void;
  end(): void;
}

const isApostrophe = (codePoint: number): boolean => codePoint === 0x27 || codePoint === 0x2019;

export function wordStream(onWord: (word: Word) => void): WordStream {
  const open = openWord();
  let inside = false;
  const finish = (to: number): void => {
    onWord(open.word(to));
    inside = false;
  };
  return {
    add(codePoint, flags, at) {
      if ((flags & WORD) !== 0) {
        if (!inside) open.start(at);
        inside = true;
        open.add(codePoint);
      } else if (inside && !(isApostrophe(codePoint) && open.addApostrophe(at))) finish(at);
    },
    startChunk: open.startChunk,
    endChunk() {
      if (inside) open.carry();
    },
    end() {
      if (inside) finish(Number.MAX_SAFE_INTEGER);
    },
  };
}

/** The word that is being read; an apostrophe is not taken right after another. */
function openWord() {
  let chunk = '';
  let carried = '';
  let start = 0;
  /** Where an apostrophe stands that belongs to the word if a word character follows; -1: in what was carried. */
  let apostropheAt: number | null = null;
  let codePoints = 0;
  let hash = 0;

  const textUntil = (to: number): string => {
    if (carried.length > WORD_UNITS) return carried;
    return apostropheAt === -1 ? carried.slice(0, -1) : carried + chunk.slice(start, apostropheAt ?? to);
  };
  return {
    start(at: number): void {
      carried = '';
      start = at;
      apostropheAt = null;
      codePoints = 0;
      hash = 0;
    },
    add(codePoint: number): void {
      codePoints += apostropheAt === null ? 1 : 2;
      apostropheAt = null;
      if (codePoints > WORD_UNITS / 2) hash = (Math.imul(hash, 31) + codePoint) >>> 0;
    },
    addApostrophe(at: number): boolean {
      if (apostropheAt !== null) return false;
      apostropheAt = at;
      return true;
    },
    word: (to: number): Word => ({ lower: lowerOf(textUntil(to), codePoints, hash), codePoints }),
    startChunk(next: string): void {
      [chunk, start] = [next, 0];
    },
    carry(): void {
      if (carried.length <= WORD_UNITS) carried = (carried + chunk.slice(start)).slice(0, WORD_UNITS + 2);
      if (apostropheAt !== null) apostropheAt = -1;
      chunk = '';
    },
  };
}

function lowerOf(text: string, codePoints: number, hash: number): string {
  if (text.length <= WORD_UNITS && codePoints <= WORD_UNITS) return text.toLowerCase();
  const beginning = wellFormed(text.slice(0, WORD_UNITS)).toLowerCase();
  return `${beginning}…${codePoints.toString(36)}.${hash.toString(36)}`;
}
