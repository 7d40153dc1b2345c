/**
 * Syllables of English words, counted as textstat 0.7.11 does: stressed sounds of the first pronunciation in the CMU
 * dictionary, else places for a hyphen.
 */
import { hyphenationSyllables, type Syllables } from './hyphenation.ts';

const CACHED_WORDS = 200_000;
/** Nothing longer is a word of a language; its hyphens are not worth looking for. */
const LONGEST_WORD_UNITS = 256;

export interface EnglishWords {
  /** Of a word in lower case without punctuation. */
  readonly syllables: Syllables;
  /** In the new Dale-Chall list of familiar words (1995), as textstat has it. */
  readonly isFamiliar: (word: string) => boolean;
}

/** Loads 135,000 pronunciations: a tenth of a second and some ten megabytes. */
export async function englishWords(): Promise<EnglishWords> {
  const [{ dictionary }, { daleChall }] = await Promise.all([
    import('cmu-pronouncing-dictionary'),
    import('dale-chall'),
  ]);
  // textstat's copy of the list does not have it.
  const familiar = new Set(daleChall.filter((word) => word !== 'ma'));
  const hyphenated = hyphenationSyllables();
  const cache = new Map<string, number>();
  const count = (word: string): number => {
    const sounds = Object.hasOwn(dictionary, word) ? dictionary[word] : undefined;
    return sounds === undefined ? hyphenated(word.slice(0, LONGEST_WORD_UNITS)) : stressed(sounds);
  };
  return {
    syllables: (word) => {
      const seen = cache.get(word);
      if (seen !== undefined) return seen;
      const syllables = count(word);
      if (cache.size < CACHED_WORDS) cache.set(word, syllables);
      return syllables;
    },
    isFamiliar: (word) => familiar.has(word),
  };
}

/** `HH AH0 L OW1`: vowels carry a digit. */
function stressed(sounds: string): number {
  let syllables = 0;
  for (let index = 0; index < sounds.length; index += 1) {
    const code = sounds.charCodeAt(index);
    if (code >= 48 && code <= 57) syllables += 1;
  }
  return syllables;
}
