/**
 * Syllables of words that the pronouncing dictionary does not know: one more than the places where the American
 * hyphenation patterns of the Hyphen library allow a hyphen, at least two characters from either end. These are the
 * patterns, and the ends, of the reference (pyphen), so that counts of unknown words agree too.
 */
import { readFileSync } from 'node:fs';

interface Pattern {
  readonly offset: number;
  readonly values: readonly number[];
}

const FROM_EITHER_END = 2;

export type Syllables = (word: string) => number;

export function hyphenationSyllables(): Syllables {
  const patterns = readPatterns(readFileSync(new URL('data/hyph_en_US.dic', import.meta.url), 'utf8'));
  const longest = Math.max(...[...patterns.keys()].map((key) => key.length));
  return (word) => {
    const pointed = `.${word}.`;
    const values = new Uint8Array(pointed.length + 1);
    for (let from = 0; from < pointed.length - 1; from += 1) {
      const until = Math.min(from + longest, pointed.length);
      for (let to = from + 1; to <= until; to += 1) {
        const pattern = patterns.get(pointed.slice(from, to));
        if (pattern) raise(values, from + pattern.offset, pattern.values);
      }
    }
    let syllables = 1;
    for (let at = FROM_EITHER_END; at <= word.length - FROM_EITHER_END; at += 1) {
      syllables += (values[at + 1] as number) % 2;
    }
    return syllables;
  };
}

function raise(values: Uint8Array, offset: number, by: readonly number[]): void {
  for (const [index, value] of by.entries()) {
    if (value > (values[offset + index] ?? 0)) values[offset + index] = value;
  }
}

/** `.ach4`: letters, and between them digits that allow (odd) or forbid (even) a hyphen there; the higher one wins. */
function readPatterns(file: string): ReadonlyMap<string, Pattern> {
  const patterns = new Map<string, Pattern>();
  for (const line of file.split('\n').slice(1)) {
    const text = line.trim();
    if (text === '' || /^(?:%|#|LEFTHYPHENMIN|RIGHTHYPHENMIN|COMPOUND|NEXTLEVEL|NOHYPHEN)/.test(text))
      continue;
    const letters = text.replace(/\d/g, '');
    const values = Array.from({ length: letters.length + 1 }, () => 0);
    let at = 0;
    for (const character of text) {
      if (/\d/.test(character)) values[at] = Number(character);
      else at += 1;
    }
    const offset = values.findIndex((value) => value > 0);
    if (offset >= 0) patterns.set(letters, { offset, values: values.slice(offset) });
  }
  return patterns;
}
