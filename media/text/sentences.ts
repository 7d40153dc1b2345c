/**
 * Sentences of any script, as they come. A sentence holds a word and ends at a terminator: `.`, `!`, `?` or `…` where
 * whitespace, a closing quote or bracket or the text's end follows; the full stops of other scripts wherever they stand;
 * and at a blank line.
 */
import { SPACE, WORD } from './code-points.ts';

const SPACED_TERMINATORS = new Set([0x2e, 0x21, 0x3f, 0x2026]);
const FREE_TERMINATORS = new Set(
  [...'。！？｡．؟۔।॥።፧။၊᠃᠉։܀܁܂‼⁇⁈⁉'].map((character) => character.codePointAt(0)),
);
const CLOSERS = new Set([...'"\')]}»”’›」』】）'].map((character) => character.codePointAt(0)));

export interface SentenceCounter {
  add(codePoint: number, flags: number): void;
  end(): number;
}

export function sentenceCounter(): SentenceCounter {
  let sentences = 0;
  let hasWord = false;
  let afterTerminator = false;
  let lineEnds = 0;

  const finish = (): void => {
    if (hasWord) sentences += 1;
    hasWord = false;
    afterTerminator = false;
  };

  return {
    add(codePoint, flags) {
      if ((flags & SPACE) !== 0) {
        if (afterTerminator) finish();
        if (codePoint === 10 || codePoint === 0x2029) {
          lineEnds += 1;
          if (lineEnds >= 2) finish();
        }
        return;
      }
      lineEnds = 0;
      if ((flags & WORD) !== 0) {
        hasWord = true;
        afterTerminator = false;
      } else if (SPACED_TERMINATORS.has(codePoint)) afterTerminator = true;
      else if (FREE_TERMINATORS.has(codePoint)) finish();
      else if (!CLOSERS.has(codePoint)) afterTerminator = false;
    },
    end() {
      finish();
      return sentences;
    },
  };
}
