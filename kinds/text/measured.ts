/** What the measuring child finds in a text. The child read hostile input, so what it says is parsed like any input. */
import { z } from 'zod';
import { count } from '../envelope.ts';

const share = z.number().min(0).max(1);
const perName = z.record(z.string().max(40), count);
const shown = z.string().max(1000);

const countsSchema = z.strictObject({
  lines: count,
  /** As Python's str.splitlines: also ended by VT, FF, FS, GS, RS, NEL, LS and PS. */
  lines_unicode: count,
  blank_lines: count,
  paragraphs: count,
  longest_line_code_points: count,
  longest_line_number: count.nullable(),
  newlines: z.strictObject({
    lf: count,
    crlf: count,
    cr: count,
    /** The other separators that lines_unicode counts. */
    other: count,
    style: z.enum(['none', 'lf', 'crlf', 'cr', 'mixed']),
    ends_with_newline: z.boolean(),
  }),
  code_points: count,
  code_points_without_whitespace: count,
  utf16_units: count,
  non_ascii: count,
  categories: perName,
  major_categories: perName,
  scripts: perName,
  common_to_scripts: count,
  graphemes: count,
  graphemes_with_conjuncts: count,
  words: count,
  distinct_words: count,
  /** False: an estimate within about one percent. */
  distinct_exact: z.boolean(),
  hapax: count.nullable(),
  type_token_ratio: share.nullable(),
  mtld: z.number().nullable(),
  mtld_words: count,
  avg_word_length_code_points: z.number().nullable(),
  longest_word_code_points: count,
  top_words: z.array(z.strictObject({ word: shown, count })).max(30),
  sentences: count,
  whitespace_tokens: count,
  mixed_script_words: count,
});

const readabilitySchema = z.strictObject({
  lexicon_count: count,
  sentence_count: count,
  syllable_count: count,
  char_count: count,
  letter_count: count,
  token_count: count,
  difficult_words: count,
  difficult_words_exact: z.boolean(),
  difficult_word_occurrences: count,
  complex_word_occurrences: count,
  unfamiliar_word_occurrences: count,
  polysyllable_count: count,
  monosyllable_count: count,
  long_words: count,
  flesch_reading_ease: z.number().nullable(),
  flesch_kincaid_grade: z.number().nullable(),
  gunning_fog: z.number().nullable(),
  smog_index: z.number().nullable(),
  automated_readability_index: z.number().nullable(),
  coleman_liau_index: z.number().nullable(),
  linsear_write_formula: z.number().nullable(),
  dale_chall_readability_score: z.number().nullable(),
  lix: z.number().nullable(),
  rix: z.number().nullable(),
  reading_time_s: z.number(),
  text_standard: shown.nullable(),
});

const oddSchema = z.strictObject({
  kinds: z.array(
    z.strictObject({
      kind: z.enum([
        'control',
        'bidi_control',
        'zero_width',
        'tag',
        'replacement',
        'unpaired_surrogate',
        'other_format',
      ]),
      count,
      positions: z
        .array(z.strictObject({ line: count, column: count, code_point: z.string().max(8) }))
        .max(20),
    }),
  ),
  null_characters: count,
  ansi_escapes: count,
  joiners: count,
  lines_with_open_bidi: count,
  longest_mark_run: count,
});

const entityKinds = [
  'email',
  'url',
  'phone',
  'date',
  'money',
  'iban',
  'credit_card',
  'ip_address',
  'us_ssn',
] as const;

const entitySchema = z.strictObject({
  kind: z.enum(entityKinds),
  count,
  personal: z.boolean(),
  samples: z.array(shown).max(5),
});

const signatureSchema = z.strictObject({
  simhash64: z.string().length(16).nullable(),
  minhash: z.array(count).length(64).nullable(),
  tokens: count,
  shingle_words: count,
});

const phrases = z.array(z.strictObject({ text: shown, count })).max(50);

export const measuredSchema = z.strictObject({
  encoding: z.strictObject({
    name: z.string().max(40),
    confidence: share,
    bom: z.boolean(),
    by: shown,
    invalid_sequences: count,
  }),
  counts: countsSchema,
  odd: oddSchema,
  main_language: z.string().max(8),
  language_given: z.boolean(),
  languages: z.array(
    z.strictObject({ code: z.string().max(8), share, confidence: share, paragraphs: count }),
  ),
  passages: count,
  passages_read: count,
  readability: readabilitySchema.nullable(),
  segmented: z.strictObject({ words: count, distinct: count }),
  keywords: z.strictObject({
    method: z.literal('RAKE'),
    stop_words: z.enum(['list', 'derived']),
    items: z.array(z.strictObject({ phrase: shown, score: z.number(), count })).max(100),
  }),
  n_grams: z.strictObject({ bigrams: phrases, trigrams: phrases }),
  entities: z.array(entitySchema),
  signature: signatureSchema,
  structure: z.strictObject({ kind: z.string().max(20), confidence: share, by: shown }),
  summary: z
    .strictObject({ method: z.literal('TextRank'), sentences: z.array(shown).max(20), sentences_read: count })
    .nullable(),
  sample: z.strictObject({ bytes: count, of_bytes: count, whole: z.boolean() }),
});

export type MeasuredText = z.infer<typeof measuredSchema>;
