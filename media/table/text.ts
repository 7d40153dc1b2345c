/** Statistics of a column of texts, exact; shapes, letter case and scripts from a stated number of distinct values. */
import { type Engine, number } from './engine.ts';
import { clipped } from './frequency.ts';
import type { Text } from './profile-shape.ts';
import { letterCaseOf, patternsOf, scriptsOf, similarPairs } from './text-shapes.ts';

/** Distinct values that are looked at in JavaScript. */
const SAMPLED_VALUES = 5000;
/** What Python's str.strip takes away. */
const WHITESPACE =
  ' \t\n\r\v\f\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
/** Only texts that can have it are trimmed: every ASCII space sorts before `!`, the others are multi-byte. */
const SPACED = `CASE WHEN v < '!' OR right(v, 1) < '!' OR strlen(v) <> length(v) THEN trim(v, '${WHITESPACE}') <> v ELSE false END`;
const MOST_COMPARED = 100;

export interface ValueSample {
  readonly values: readonly string[];
  readonly counts: readonly number[];
}

/** Always the same values: chosen by hash, all of them where they are few. */
export async function sampleValues(engine: Engine, table: string, nDistinct: number): Promise<ValueSample> {
  const every = Math.ceil(nDistinct / SAMPLED_VALUES);
  const where = every > 1 ? `WHERE hash(v) % ${every} = 0` : '';
  const rows = await engine.rows(
    `SELECT left(v, 2000), c FROM ${table} ${where} ORDER BY c DESC, v LIMIT ${SAMPLED_VALUES}`,
  );
  return { values: rows.map(([value]) => String(value)), counts: rows.map(([, count]) => number(count)) };
}

export async function textOf(
  engine: Engine,
  table: string,
  nDistinct: number,
  sample: ValueSample,
): Promise<Text> {
  const [count, information, min, max, empty, spaced] = await engine.row(
    `SELECT sum(c), sum(c * log2(c)), min(v), max(v), sum(c) FILTER (v = ''), sum(c) FILTER (${SPACED}) FROM ${table}`,
  );
  const n = number(count);
  return {
    ...(await lengthsOf(engine, table, n)),
    n_empty: number(empty),
    n_leading_trailing_whitespace: number(spaced),
    imbalance: imbalanceOf(n, number(information), nDistinct),
    min_value: min === null || min === undefined ? null : clipped(String(min)),
    max_value: max === null || max === undefined ? null : clipped(String(max)),
    patterns: patternsOf(sample),
    letter_case: letterCaseOf(sample),
    scripts: scriptsOf(sample),
    sampled_values: sample.values.length,
    similar_values: nDistinct <= MOST_COMPARED ? similarPairs(sample.values) : [],
  };
}

/** Lengths in code points. */
async function lengthsOf(
  engine: Engine,
  table: string,
  n: number,
): Promise<Pick<Text, 'min_length' | 'max_length' | 'mean_length' | 'median_length'>> {
  if (n === 0) return { min_length: null, max_length: null, mean_length: null, median_length: null };
  const rows = (await engine.rows(`SELECT length(v), sum(c) FROM ${table} GROUP BY 1 ORDER BY 1`)).map(
    ([length, count]) => [number(length), number(count)] as const,
  );
  const total = rows.reduce((sum, [length, count]) => sum + length * count, 0);
  const at = (rank: number): number => {
    let seen = 0;
    for (const [length, count] of rows) {
      seen += count;
      if (seen > rank) return length;
    }
    return Number.NaN;
  };
  return {
    min_length: rows[0]?.[0] ?? null,
    max_length: rows.at(-1)?.[0] ?? null,
    mean_length: total / n,
    median_length: (at(Math.floor((n - 1) / 2)) + at(Math.floor(n / 2))) / 2,
  };
}

/** `information` is the sum of c*log2(c). */
function imbalanceOf(n: number, information: number, classes: number): number | null {
  if (n === 0) return null;
  if (classes < 2) return 0;
  return 1 - (Math.log2(n) - information / n) / Math.log2(classes);
}
