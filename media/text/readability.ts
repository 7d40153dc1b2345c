/** The readability formulas, each as textstat 0.7.11 defines it. Null where a text has no words. */
import type { Opening, ReadabilityCounts } from './readability-counts.ts';

const MS_PER_CHARACTER = 14.69;

export interface ReadabilityScores {
  readonly flesch_reading_ease: number | null;
  readonly flesch_kincaid_grade: number | null;
  readonly gunning_fog: number | null;
  readonly smog_index: number | null;
  readonly automated_readability_index: number | null;
  readonly coleman_liau_index: number | null;
  readonly linsear_write_formula: number | null;
  readonly dale_chall_readability_score: number | null;
  readonly lix: number | null;
  readonly rix: number | null;
  readonly reading_time_s: number;
  /** What most of the formulas agree on, in words. */
  readonly text_standard: string | null;
}

export function readabilityScores(counts: ReadabilityCounts, opening: Opening): ReadabilityScores {
  const { lexicon_count: words, sentence_count: sentences, char_count } = counts;
  const reading_time_s = (MS_PER_CHARACTER * char_count) / 1000;
  if (words === 0 || sentences === 0) return { ...NOTHING, reading_time_s };
  const perSentence = words / sentences;
  const perWord = counts.syllable_count / words;
  const unfamiliar = (100 * counts.unfamiliar_word_occurrences) / words;
  const scores = {
    flesch_reading_ease: 206.835 - 1.015 * perSentence - 84.6 * perWord,
    flesch_kincaid_grade: 0.39 * perSentence + 11.8 * perWord - 15.59,
    gunning_fog: 0.4 * (perSentence + (100 * counts.complex_word_occurrences) / words),
    smog_index: 1.043 * (30 * (counts.polysyllable_count / sentences)) ** 0.5 + 3.1291,
    automated_readability_index: 4.71 * (char_count / counts.token_count) + 0.5 * perSentence - 21.43,
    coleman_liau_index:
      0.058 * ((counts.letter_count / words) * 100) - 0.296 * ((sentences / words) * 100) - 15.8,
    linsear_write_formula: linsearWrite(opening),
    dale_chall_readability_score: 0.1579 * unfamiliar + 0.0496 * perSentence + (unfamiliar > 5 ? 3.6365 : 0),
    lix: perSentence + (100 * counts.long_words) / words,
    rix: counts.long_words / sentences,
  };
  return { ...scores, reading_time_s, text_standard: textStandard(scores) };
}

const NOTHING = {
  flesch_reading_ease: null,
  flesch_kincaid_grade: null,
  gunning_fog: null,
  smog_index: null,
  automated_readability_index: null,
  coleman_liau_index: null,
  linsear_write_formula: null,
  dale_chall_readability_score: null,
  lix: null,
  rix: null,
  text_standard: null,
};

function linsearWrite({ easy, hard, sentences }: Opening): number {
  const score = (easy + hard * 3) / sentences;
  return (score <= 20 ? score - 2 : score) / 2;
}

type Grades = Readonly<
  Record<
    | 'flesch_reading_ease'
    | 'flesch_kincaid_grade'
    | 'smog_index'
    | 'coleman_liau_index'
    | 'automated_readability_index'
    | 'dale_chall_readability_score'
    | 'linsear_write_formula'
    | 'gunning_fog',
    number
  >
>;

/** The grade that comes most often among all formulas, rounded each way; of equals the first in this order. */
function textStandard(scores: Grades): string {
  const around = (score: number): number[] => [Math.floor(score), Math.ceil(score), roundHalfEven(score)];
  const grades = [
    ...around(scores.flesch_kincaid_grade),
    ...gradesOfEase(scores.flesch_reading_ease),
    ...around(scores.smog_index),
    ...around(scores.coleman_liau_index),
    ...around(scores.automated_readability_index),
    ...around(scores.dale_chall_readability_score),
    ...around(scores.linsear_write_formula),
    ...around(scores.gunning_fog),
  ];
  const votes = new Map<number, number>();
  for (const grade of grades) votes.set(grade, (votes.get(grade) ?? 0) + 1);
  const most = Math.max(...votes.values());
  const upper = [...votes].find(([, count]) => count === most)?.[0] ?? 0;
  return `${ordinal(upper - 1)} and ${ordinal(upper)} grade`;
}

function gradesOfEase(ease: number): readonly number[] {
  if (ease >= 100 || ease < 30) return [13];
  if (ease >= 90) return [5];
  if (ease >= 80) return [6];
  if (ease >= 70) return [7];
  if (ease >= 60) return [8, 9];
  if (ease >= 50) return [10];
  return ease >= 40 ? [11] : [12];
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Remainders as in Python: never negative. */
function ordinal(grade: number): string {
  const rest = ((grade % 100) + 100) % 100;
  const teen = rest >= 11 && rest <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][rest % 10] ?? 'th');
  return `${grade}${suffix}`;
}
