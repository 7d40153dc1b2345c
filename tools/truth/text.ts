/**
 * Which field of a text's result holds what a reference tool measured.
 *
 * Counts are exact. Graphemes within 1 %, because they depend on the version of Unicode. Real numbers 1e-9 relative.
 * textstat was given texts that still had their byte order mark, a character to it: for such files its character count,
 * and the two scores made of it, are compared with ours plus one character.
 */
import type { TextResult } from '../../kinds/text/result.ts';
import {
  type Comparison,
  exactly,
  type Mapping,
  type TruthRecord,
  withinAbsolute,
  withinRelative,
} from './compare.ts';

type Values = Readonly<Record<string, unknown>>;
type Compare = (record: TruthRecord, result: TextResult) => readonly Comparison[];

const REAL = 1e-9;
/** The reference printed six decimals. */
const PRINTED = 1e-6;
const GRAPHEMES = 0.01;
const MS_PER_CHARACTER = 14.69;
const ARI_PER_CHARACTER = 4.71;
/** Of the reference's probability; both are near 1 for a text in one language. */
const PROBABILITY = 0.2;

/** Keys of a reference's value that our result does not mean to have, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {};

export const textMapping: Mapping = (record, result) =>
  METRICS[record.metric]?.(record, result as TextResult);

const METRICS: Readonly<Record<string, Compare>> = {
  sha256: ({ metric, value }, { resource }) => [
    exactly({ metric, key: '', expected: value, actual: resource.sha256 }),
  ],
  counts: compareCounts,
  langdetect: compareLanguages,
  'textstat_0.7.11': compareReadability,
};

function compareCounts({ metric, value }: TruthRecord, result: TextResult): readonly Comparison[] {
  const { encoding, counts } = result.text;
  const ours = ourCounts(result);
  return Object.entries(value as Values).flatMap(([key, expected]) => {
    const subject = { metric, key, expected, actual: ours.get(key) };
    switch (key) {
      case 'graphemes':
        return withinRelative({ ...subject, actual: counts.graphemes }, GRAPHEMES);
      case 'avg_word_len':
        return withinAbsolute(
          { ...subject, actual: counts.avg_word_length_code_points },
          PRINTED,
          'characters',
        );
      case 'encoding_decoded':
      case 'chardet':
        return exactly({ ...subject, expected: plainName(expected), actual: plainName(encoding.name) });
      case 'top10':
        return exactly({
          ...subject,
          actual: counts.top_words.slice(0, 10).map(({ word, count }) => [word, count]),
        });
      case 'scripts':
        return compareNamed(metric, key, expected as Values, counts.scripts);
      case 'unicode_major_categories':
        return compareNamed(metric, key, expected as Values, counts.major_categories);
      default:
        return exactly(subject);
    }
  });
}

function ourCounts(result: TextResult): ReadonlyMap<string, unknown> {
  const { encoding, counts } = result.text;
  return new Map<string, unknown>([
    ['bytes', result.resource.bytes],
    ['bom', encoding.bom],
    ['code_points', counts.code_points],
    ['utf16_units', counts.utf16_units],
    ['code_points_no_ws', counts.code_points_without_whitespace],
    ['lines', counts.lines],
    ['newline_lf', counts.newlines.lf + counts.newlines.crlf],
    ['crlf', counts.newlines.crlf],
    ['blank_lines', counts.blank_lines],
    ['longest_line_cp', counts.longest_line_code_points],
    ['paragraphs', counts.paragraphs],
    ['words_regex', counts.words],
    ['wc_w', counts.whitespace_tokens],
    ['distinct_words_lower', counts.distinct_words],
    ['hapax', counts.hapax],
    ['non_ascii', counts.non_ascii],
    ['replacement_chars', oddCount(result, 'replacement')],
    ['control_chars', oddCount(result, 'control')],
  ]);
}

function oddCount({ text }: TextResult, kind: string): number | undefined {
  return text.odd.kinds.find((entry) => entry.kind === kind)?.count;
}

/**
 * `UTF-8-SIG` is UTF-8 with a mark, which is compared by itself; ASCII is UTF-8; Latin 1 is read as what browsers read
 * it as. The rest are Python's names of the same encodings.
 */
function plainName(name: unknown): string {
  return String(name)
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/-sig$/, '')
    .replace(/^ascii$/, 'utf-8')
    .replace(/^(latin-?1|iso-8859-1)$/, 'windows-1252')
    .replace(/^cp125/, 'windows-125')
    .replace(/^utf-16-(le|be)$/, 'utf-16$1');
}

function compareNamed(metric: string, key: string, expected: Values, actual: Values): readonly Comparison[] {
  return Object.entries(expected).map(([name, count]) =>
    exactly({ metric, key: `${key}.${name}`, expected: count, actual: actual[name] ?? 0 }),
  );
}

/**
 * `["en:0.99"]`: the first language is ours, and about as sure. Surer is fine: the reference draws n-grams by chance,
 * and has some doubts of every Chinese text.
 */
function compareLanguages({ metric, value }: TruthRecord, { text }: TextResult): readonly Comparison[] {
  const [first = ''] = value as readonly string[];
  const [code = '', probability = ''] = first.split(':');
  const ours = text.languages[0]?.confidence;
  const sure = Number(probability);
  return [
    exactly({ metric, key: 'language', expected: code.split('-')[0], actual: text.main_language }),
    withinAbsolute(
      { metric, key: 'probability', expected: sure, actual: ours && Math.min(ours, sure) },
      PROBABILITY,
      'of 1 below',
    ),
  ];
}

const SCORES: Readonly<Record<string, string>> = {
  polysyllabcount: 'polysyllable_count',
  monosyllabcount: 'monosyllable_count',
  reading_time: 'reading_time_s',
};

function compareReadability({ metric, value }: TruthRecord, { text }: TextResult): readonly Comparison[] {
  const { readability, encoding } = text;
  const marks = encoding.bom ? 1 : 0;
  const plus: Readonly<Record<string, number>> = {
    char_count: marks,
    reading_time: (marks * MS_PER_CHARACTER) / 1000,
    automated_readability_index: (marks * ARI_PER_CHARACTER) / (readability?.token_count ?? 1),
  };
  const ours = (readability ?? {}) as Values;
  return Object.entries(value as Values).map(([key, expected]) => {
    const found = ours[SCORES[key] ?? key];
    if (typeof found !== 'number') return exactly({ metric, key, expected, actual: found });
    return withinRelative({ metric, key, expected, actual: found + (plus[key] ?? 0) }, REAL);
  });
}
