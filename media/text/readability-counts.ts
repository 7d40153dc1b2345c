/** What the readability formulas need, counted over the whole text as textstat 0.7.11 counts. */
import { flagsOf, SPACE, WORD } from './code-points.ts';
import { distinctTexts } from './distinct.ts';
import { sentenceMachine, type Token, tokenStream, wordOf } from './readability-tokens.ts';
import type { EnglishWords } from './syllables.ts';

export interface ReadabilityCounts {
  readonly lexicon_count: number;
  readonly sentence_count: number;
  readonly syllable_count: number;
  readonly char_count: number;
  readonly letter_count: number;
  /** Tokens between whitespace, those of punctuation alone too. */
  readonly token_count: number;
  /** Different ones, not familiar, of at least two syllables. */
  readonly difficult_words: number;
  readonly difficult_words_exact: boolean;
  /** The same, each as often as it occurs. */
  readonly difficult_word_occurrences: number;
  /** Not familiar, of at least three syllables, each as often as it occurs. */
  readonly complex_word_occurrences: number;
  readonly unfamiliar_word_occurrences: number;
  readonly polysyllable_count: number;
  readonly monosyllable_count: number;
  /** Of more than six letters. */
  readonly long_words: number;
}

export interface Opening {
  readonly easy: number;
  readonly hard: number;
  readonly sentences: number;
}

export interface ReadabilityStream {
  add(codePoint: number, flags: number, at: number): void;
  startChunk(chunk: string): void;
  endChunk(): void;
  end(): { readonly counts: ReadabilityCounts; readonly opening: Opening };
}

const OPENING_WORDS = 100;
/** Tokens of punctuation alone in the opening are kept up to here. */
const OPENING_TOKENS = 5000;
const LONG_LETTERS = 6;

export function readabilityStream(english: EnglishWords): ReadabilityStream {
  const tally = { ...NONE };
  const sentences = sentenceMachine();
  const difficult = distinctTexts();
  const opening: Token[] = [];
  let openingWords = 0;
  const tokens = tokenStream((token) => {
    tally.token_count += 1;
    if (openingWords < OPENING_WORDS && opening.length < OPENING_TOKENS) {
      opening.push(token);
      if (token.word !== '') openingWords += 1;
    }
    if (token.word !== '' && addWord(tally, token, english)) difficult.add(token.word);
  });

  return {
    add(codePoint, flags, at) {
      if ((flags & SPACE) === 0) tally.char_count += 1;
      if ((flags & WORD) !== 0) tally.letter_count += 1;
      sentences.add(codePoint, flags);
      tokens.add(flags, at);
    },
    startChunk: tokens.startChunk,
    endChunk: tokens.endChunk,
    end() {
      tokens.end();
      const { count, exact } = difficult.count();
      const found = { difficult_words: count, difficult_words_exact: exact };
      const counts = { ...tally, sentence_count: sentences.end(), ...found };
      return { counts, opening: openingOf(opening, counts, english) };
    },
  };
}

const NONE = {
  lexicon_count: 0,
  syllable_count: 0,
  char_count: 0,
  letter_count: 0,
  token_count: 0,
  difficult_word_occurrences: 0,
  complex_word_occurrences: 0,
  unfamiliar_word_occurrences: 0,
  polysyllable_count: 0,
  monosyllable_count: 0,
  long_words: 0,
};

/** Says whether the word is difficult. */
function addWord(tally: typeof NONE, token: Token, english: EnglishWords): boolean {
  const word = token.word.toLowerCase();
  const syllables = english.syllables(word);
  tally.lexicon_count += 1;
  tally.syllable_count += syllables;
  if (syllables >= 3) tally.polysyllable_count += 1;
  if (syllables === 1) tally.monosyllable_count += 1;
  if (token.letters > LONG_LETTERS) tally.long_words += 1;
  if (english.isFamiliar(word)) return false;
  tally.unfamiliar_word_occurrences += 1;
  if (syllables >= 3) tally.complex_word_occurrences += 1;
  if (syllables < 2) return false;
  tally.difficult_word_occurrences += 1;
  return true;
}

/** The first hundred words, for the Linsear Write formula; of a shorter text all of it. */
function openingOf(opening: readonly Token[], counts: ReadabilityCounts, english: EnglishWords): Opening {
  const words = opening.map(({ raw }) => wordOf(raw)).filter((word) => word !== '');
  const hard = words.filter((word) => english.syllables(word.toLowerCase()) >= 3).length;
  const whole = counts.token_count <= OPENING_WORDS;
  const machine = sentenceMachine();
  for (const character of opening.map(({ raw }) => raw).join(' ')) {
    const codePoint = character.codePointAt(0) as number;
    machine.add(codePoint, flagsOf(codePoint));
  }
  return {
    easy: words.length - hard,
    hard,
    sentences: whole ? counts.sentence_count : machine.end(),
  };
}
