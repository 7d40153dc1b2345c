/**
 * What textstat 0.7.11 takes for words and sentences, as a stream.
 *
 * A token is what stands between whitespace. Its word is what is left without punctuation; an apostrophe stays if one of
 * `t s d ve ll re` follows. A sentence goes from a word character to the next run of `. ! ?`, and counts if it has more
 * than two words.
 */
import { flagsOf, SPACE, WORD } from './code-points.ts';
import { WORD_UNITS } from './job.ts';

const CONTRACTION = /^(?:[tsd]|ve|ll|re)/;
const isTerminator = (codePoint: number): boolean =>
  codePoint === 0x2e || codePoint === 0x21 || codePoint === 0x3f;

export interface Token {
  /** As it stands, cut at 256 units. */
  readonly raw: string;
  /** Without punctuation, in its own case; empty when it is all punctuation. */
  readonly word: string;
  /** Word characters of the whole token, apostrophes not among them. */
  readonly letters: number;
}

/** The word of a token, as `remove_punctuation` leaves it. */
export function wordOf(raw: string): string {
  let word = '';
  let index = 0;
  for (const character of raw) {
    index += character.length;
    if (character === "'") {
      if (CONTRACTION.test(raw.slice(index, index + 2))) word += character;
    } else if ((flagsOf(character.codePointAt(0) as number) & WORD) !== 0) word += character;
  }
  return word;
}

export interface SentenceMachine {
  add(codePoint: number, flags: number): void;
  end(): number;
}

/** Sentences of textstat; at least one wherever there is any text. */
export function sentenceMachine(): SentenceMachine {
  let counted = 0;
  let any = false;
  let inside = false;
  let words = 0;
  let pieceHasWord = false;

  const endPiece = (): void => {
    if (pieceHasWord) words += 1;
    pieceHasWord = false;
  };
  const endSentence = (): void => {
    if (!inside) return;
    endPiece();
    if (words > 2) counted += 1;
    inside = false;
    words = 0;
  };

  return {
    add(codePoint, flags) {
      any = true;
      if ((flags & WORD) !== 0) {
        inside = true;
        pieceHasWord = true;
      } else if ((flags & SPACE) !== 0) endPiece();
      else if (isTerminator(codePoint)) endSentence();
    },
    end() {
      endSentence();
      return any ? Math.max(1, counted) : 0;
    },
  };
}

export interface TokenStream {
  add(flags: number, at: number): void;
  startChunk(chunk: string): void;
  endChunk(): void;
  end(): void;
}

export function tokenStream(onToken: (token: Token) => void): TokenStream {
  let chunk = '';
  let carried = '';
  let start = 0;
  let inside = false;
  let letters = 0;
  const finish = (to: number): void => {
    const raw = (carried + chunk.slice(start, Math.min(to, start + WORD_UNITS))).slice(0, WORD_UNITS);
    onToken({ raw, word: letters === 0 ? '' : wordOf(raw), letters });
    inside = false;
    carried = '';
    letters = 0;
  };

  return {
    add(flags, at) {
      if ((flags & SPACE) !== 0) {
        if (inside) finish(at);
        return;
      }
      if (!inside) {
        inside = true;
        start = at;
      }
      if ((flags & WORD) !== 0) letters += 1;
    },
    startChunk(next) {
      chunk = next;
      start = 0;
    },
    endChunk() {
      if (inside && carried.length < WORD_UNITS)
        carried = (carried + chunk.slice(start)).slice(0, WORD_UNITS);
      chunk = '';
      start = 0;
    },
    end() {
      if (inside) finish(chunk.length);
    },
  };
}
