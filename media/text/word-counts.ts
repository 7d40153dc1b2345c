/** Words of the whole text by the rule `\w+(?:['’]\w+)*`: how many, how different, how long, the most frequent. */
import type { Diversity } from './diversity.ts';
import { shownText } from './shown-text.ts';
import { type CountedWord, vocabulary } from './vocabulary.ts';
import { wordStream } from './word-stream.ts';

const TOP = 30;

export interface WordCounts {
  readonly words: number;
  /** In lower case. */
  readonly distinct_words: number;
  readonly distinct_exact: boolean;
  readonly hapax: number | null;
  readonly type_token_ratio: number | null;
  readonly mtld: number | null;
  /** MTLD is of the first so many words. */
  readonly mtld_words: number;
  readonly avg_word_length_code_points: number | null;
  readonly longest_word_code_points: number;
  /** Private ones are masked. */
  readonly top_words: readonly CountedWord[];
}

export interface WordCounter {
  add(codePoint: number, flags: number, at: number): void;
  startChunk(chunk: string): void;
  endChunk(): void;
  end(privateCount: (word: string) => number): WordCounts;
}

export function wordCounter(diverse: Diversity): WordCounter {
  const words = vocabulary();
  let count = 0;
  let codePoints = 0;
  let longest = 0;
  const stream = wordStream((word) => {
    count += 1;
    codePoints += word.codePoints;
    if (word.codePoints > longest) longest = word.codePoints;
    diverse.add(words.add(word.lower));
  });
  return {
    add: stream.add,
    startChunk: stream.startChunk,
    endChunk: stream.endChunk,
    end(privateCount) {
      stream.end();
      const { distinct, exact, hapax } = words.summary();
      const { mtld, words: mtldWords } = diverse.end();
      return {
        words: count,
        distinct_words: distinct,
        distinct_exact: exact,
        hapax,
        type_token_ratio: count === 0 ? null : distinct / count,
        mtld,
        mtld_words: mtldWords,
        avg_word_length_code_points: count === 0 ? null : codePoints / count,
        longest_word_code_points: longest,
        top_words: words.top(TOP).map((entry) => shown(entry, privateCount(entry.word))),
      };
    },
  };
}

/** Masked where most of its occurrences were in something private. */
function shown({ word, count }: CountedWord, privately: number): CountedWord {
  return { word: privately * 2 >= count ? '[private]' : shownText(word, 64), count };
}
