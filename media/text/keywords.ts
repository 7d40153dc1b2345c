/**
 * Keywords by RAKE (Rose and others 2010): phrases of up to three words between stop words and punctuation; a word
 * scores its degree over its frequency, a phrase the sum of its words. Phrases that occur more often come first among
 * those of a long text, because there a single long phrase says little.
 */
import { stopWords } from './stop-words.ts';
import { shownText } from './shown-text.ts';

const LONGEST_PHRASE = 3;
const MOST_PHRASES = 200_000;
/** From so many words on, a keyword must occur at least twice. */
const LONG_TEXT_WORDS = 500;
/** Share of the most frequent short words that stand in for a list of stop words. */
const FREQUENT_SHARE = 0.02;

export interface Keywords {
  readonly method: 'RAKE';
  readonly stop_words: 'list' | 'derived';
  readonly items: readonly { readonly phrase: string; readonly score: number; readonly count: number }[];
}

export interface NGrams {
  readonly bigrams: readonly { readonly text: string; readonly count: number }[];
  readonly trigrams: readonly { readonly text: string; readonly count: number }[];
}

/** Words in order, as phrasesOf gives them. */
type Phrases = readonly (readonly string[])[];

export function keywordsOf(runs: Phrases, language: string, most: number): Keywords {
  const listed = stopWords(language);
  const stops = listed ?? frequentWords(runs);
  const phrases = new Map<string, { words: readonly string[]; count: number }>();
  let words = 0;
  for (const run of runs) {
    words += run.length;
    for (const phrase of candidates(run, stops)) {
      const key = phrase.join(' ');
      const entry = phrases.get(key);
      if (entry) entry.count += 1;
      else if (phrases.size < MOST_PHRASES) phrases.set(key, { words: phrase, count: 1 });
    }
  }
  const least = words > LONG_TEXT_WORDS ? 2 : 1;
  const scores = wordScores(phrases.values());
  const items = [...phrases]
    .filter(([, { count }]) => count >= least)
    .map(([phrase, { words: own, count }]) => {
      const rake = own.reduce((sum, word) => sum + (scores.get(word) ?? 0), 0);
      return {
        phrase: shownText(joined(phrase), 100),
        score: rake,
        count,
        rank: rake * Math.log2(1 + count),
      };
    })
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map(({ phrase, score, count }) => ({ phrase, score, count }));
  return { method: 'RAKE', stop_words: listed ? 'list' : 'derived', items };
}

/** Without the spaces that scripts without spaces do not have. */
function joined(phrase: string): string {
  return phrase.replace(
    /(?<=[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{sc=Thai}]) (?=[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{sc=Thai}])/gu,
    '',
  );
}

/** Runs of words that are no stop words, numbers or placeholders; longer runs are no phrases. */
function* candidates(run: readonly string[], stops: ReadonlySet<string>): Generator<readonly string[]> {
  let phrase: string[] = [];
  for (const word of [...run, '']) {
    if (word !== '' && !stops.has(word) && /\p{L}/u.test(word) && !/\d/.test(word)) phrase.push(word);
    else {
      if (phrase.length > 0 && phrase.length <= LONGEST_PHRASE && phrase.join('').length > 2) yield phrase;
      phrase = [];
    }
  }
}

function wordScores(phrases: Iterable<{ words: readonly string[]; count: number }>): Map<string, number> {
  const degrees = new Map<string, { degree: number; frequency: number }>();
  for (const { words, count } of phrases) {
    for (const word of words) {
      const entry = degrees.get(word) ?? { degree: 0, frequency: 0 };
      degrees.set(word, entry);
      entry.degree += words.length * count;
      entry.frequency += count;
    }
  }
  return new Map([...degrees].map(([word, { degree, frequency }]) => [word, degree / frequency]));
}

/** The most frequent words of at most four characters, and all of one character: particles and articles. */
function frequentWords(runs: Phrases): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const word of run) if (word.length <= 4) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const most = sorted.slice(0, Math.max(10, Math.ceil(sorted.length * FREQUENT_SHARE)));
  const single = sorted.filter(([word]) => [...word].length === 1);
  return new Set([...most, ...single].map(([word]) => word));
}

export function nGramsOf(runs: Phrases, most: number): NGrams {
  const top = (size: number): NGrams['bigrams'] => {
    const counts = new Map<string, number>();
    for (const run of runs) {
      for (let from = 0; from + size <= run.length; from += 1) {
        const key = run.slice(from, from + size).join(' ');
        const count = counts.get(key);
        if (count !== undefined) counts.set(key, count + 1);
        else if (counts.size < MOST_PHRASES) counts.set(key, 1);
      }
    }
    return [...counts]
      .filter(([, count]) => count > 1)
      .sort((a, b) => b[1] - a[1])
      .slice(0, most)
      .map(([text, count]) => ({ text: shownText(joined(text), 200), count }));
  };
  return { bigrams: top(2), trigrams: top(3) };
}
