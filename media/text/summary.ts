/**
 * The sentences that say most of a text, by TextRank (Mihalcea and Tarau 2004): sentences are similar by the words that
 * they share over the logarithms of their lengths, and the rank is that of PageRank with damping 0.85.
 */
import { sentencesOf } from './sample-words.ts';
import { shownText } from './shown-text.ts';
import { stopWords } from './stop-words.ts';

const SENTENCES_READ = 20_000;
const MOST_SENTENCES = 300;
const DAMPING = 0.85;
const ROUNDS = 40;
const LEAST_UNITS = 20;
const LONGEST_UNITS = 400;
const LEAST_WORDS = 5;
const MOST_WORDS = 80;
const wordSegmenter = new Intl.Segmenter('und', { granularity: 'word' });

export interface Summary {
  readonly method: 'TextRank';
  /** In the order of the text; nothing private in them. */
  readonly sentences: readonly string[];
  readonly sentences_read: number;
}

/** Null where there are too few sentences to choose from. */
export function summaryOf(pieces: readonly string[], language: string, most: number): Summary | null {
  const stops = stopWords(language) ?? new Set<string>();
  const read = [...new Set(sentencesOf(pieces, SENTENCES_READ))]
    .filter(({ length }) => length >= LEAST_UNITS && length <= LONGEST_UNITS)
    .map((text) => ({ text, words: contentWords(text, stops) }))
    .filter(({ words }) => words.size >= LEAST_WORDS);
  const every = Math.max(1, read.length / MOST_SENTENCES);
  const chosen = Array.from(
    { length: Math.min(read.length, MOST_SENTENCES) },
    (_, index) => read[Math.floor(index * every)] as Sentence,
  );
  if (most === 0 || chosen.length <= most) return null;
  const ranks = ranksOf(chosen.map(({ words }) => words));
  const best = chosen
    .map(({ text }, index) => ({ text, index, rank: ranks[index] as number }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .sort((a, b) => a.index - b.index);
  return {
    method: 'TextRank',
    sentences: best.map(({ text }) => shownText(text, LONGEST_UNITS)),
    sentences_read: chosen.length,
  };
}

interface Sentence {
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

function contentWords(text: string, stops: ReadonlySet<string>): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { segment, isWordLike } of wordSegmenter.segment(text)) {
    const word = segment.toLowerCase();
    if (isWordLike && !stops.has(word)) words.add(word);
    if (words.size >= MOST_WORDS) break;
  }
  return words;
}

function ranksOf(sentences: readonly ReadonlySet<string>[]): Float64Array {
  const size = sentences.length;
  const weights = Array.from({ length: size }, () => new Float64Array(size));
  const sums = new Float64Array(size);
  for (let a = 0; a < size; a += 1) {
    for (let b = a + 1; b < size; b += 1) {
      const weight = similarity(sentences[a] as ReadonlySet<string>, sentences[b] as ReadonlySet<string>);
      (weights[a] as Float64Array)[b] = weight;
      (weights[b] as Float64Array)[a] = weight;
      sums[a] = (sums[a] as number) + weight;
      sums[b] = (sums[b] as number) + weight;
    }
  }
  let ranks = new Float64Array(size).fill(1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = new Float64Array(size).fill(1 - DAMPING);
    for (let a = 0; a < size; a += 1) {
      const sum = sums[a] as number;
      if (sum === 0) continue;
      const share = (DAMPING * (ranks[a] as number)) / sum;
      const row = weights[a] as Float64Array;
      for (let b = 0; b < size; b += 1) next[b] = (next[b] as number) + share * (row[b] as number);
    }
    ranks = next;
  }
  return ranks;
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared === 0 ? 0 : shared / (Math.log(a.size) + Math.log(b.size));
}
