/** Words and sentences of the sample by the rules of Unicode (Intl.Segmenter), cut so that each call stays small. */
import { wellFormed } from './well-formed.ts';

const BLOCK_UNITS = 16_384;
const wordSegmenter = new Intl.Segmenter('und', { granularity: 'word' });
const sentenceSegmenter = new Intl.Segmenter('und', { granularity: 'sentence' });

export interface SegmentedWords {
  readonly words: number;
  readonly distinct: number;
}

/** Sequences of words in lower case that no punctuation interrupts. */
export function* phrasesOf(pieces: readonly string[]): Generator<readonly string[]> {
  let phrase: string[] = [];
  for (const block of blocksOf(pieces)) {
    for (const { segment, isWordLike } of wordSegmenter.segment(block)) {
      if (isWordLike) phrase.push(wellFormed(segment.slice(0, 64)).toLowerCase());
      else if (segment.trim() !== '' && phrase.length > 0) {
        yield phrase;
        phrase = [];
      }
      if (phrase.length >= 1000) {
        yield phrase;
        phrase = [];
      }
    }
  }
  if (phrase.length > 0) yield phrase;
}

export function segmentedWords(pieces: readonly string[]): SegmentedWords {
  let words = 0;
  const distinct = new Set<string>();
  for (const block of blocksOf(pieces)) {
    for (const { segment, isWordLike } of wordSegmenter.segment(block)) {
      if (!isWordLike) continue;
      words += 1;
      distinct.add(segment.slice(0, 64).toLowerCase());
    }
  }
  return { words, distinct: distinct.size };
}

/** At most `most` sentences, in one line each. Where most lines end a sentence, a line is a paragraph. */
export function sentencesOf(pieces: readonly string[], most: number): string[] {
  const sentences: string[] = [];
  const between = linesAreParagraphs(pieces[0] ?? '') ? /[\r\n]+/ : /\r?\n[ \t]*\r?\n/;
  for (const block of blocksOf(pieces)) {
    for (const paragraph of block.split(between)) {
      for (const { segment } of sentenceSegmenter.segment(paragraph.replace(/\s+/g, ' '))) {
        const sentence = segment.trim();
        if (sentence !== '') sentences.push(sentence);
        if (sentences.length >= most) return sentences;
      }
    }
  }
  return sentences;
}

function linesAreParagraphs(text: string): boolean {
  const lines = text.slice(0, BLOCK_UNITS).split(/[\r\n]+/);
  const ended = lines.filter((line) => /[.!?…。！？؟।][\s"'”’»)」』]*$/.test(line.slice(-20)));
  return ended.length > lines.length / 2;
}

/** Cut at whitespace where there is some. */
function* blocksOf(pieces: readonly string[]): Generator<string> {
  for (const piece of pieces) {
    let from = 0;
    while (from < piece.length) {
      const to = from + BLOCK_UNITS >= piece.length ? piece.length : cutBefore(piece, from + BLOCK_UNITS);
      yield piece.slice(from, to);
      from = to;
    }
  }
}

function cutBefore(text: string, latest: number): number {
  for (let at = latest; at > latest - BLOCK_UNITS / 2; at -= 1) {
    const code = text.charCodeAt(at - 1);
    if (code === 10 || code === 32) return at;
  }
  const code = text.charCodeAt(latest);
  return code >= 0xdc00 && code <= 0xdfff ? latest - 1 : latest;
}
