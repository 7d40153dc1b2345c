/** The type that a sample allows a column to be tried as. */
import { DECIMAL, DECIMAL_COMMA, hasDecimalComma, INTEGER } from './cell-kind.ts';
import type { TypeHint } from './source.ts';

export type Candidate = 'integer' | 'decimal' | 'decimal-comma' | 'text';

/** A dot stands between thousands; any other one is that of a date, a version or a decimal point. */
const RE_DECIMAL_COMMA = "'\\s*[+-]?([0-9]+|[0-9]{1,3}(\\.[0-9]{3})+)(,[0-9]+)?\\s*'";

/** SQL that makes a number of a text, NULL where it is none; null for texts. */
export function castOf(candidate: Candidate, text: string): string | null {
  if (candidate === 'integer') return `TRY_CAST(${text} AS BIGINT)`;
  if (candidate === 'decimal') return `TRY_CAST(${text} AS DOUBLE)`;
  if (candidate === 'decimal-comma')
    return `CASE WHEN regexp_full_match(${text}, ${RE_DECIMAL_COMMA}) THEN TRY_CAST(replace(replace(${text}, '.', ''), ',', '.') AS DOUBLE) END`;
  return null;
}

export function candidateOf(
  cells: readonly (string | null)[],
  hint: TypeHint,
  nulls: ReadonlySet<string>,
): Candidate {
  if (hint !== 'any' && hint !== 'number') return 'text';
  const filled = cells.filter((cell): cell is string => cell !== null && !nulls.has(cell));
  if (filled.length === 0) return hint === 'number' ? 'decimal' : 'text';
  // One odd value in the sample still lets the type be tried, so that it can be shown where it stands.
  const few = filled.length >= 200 ? filled.length * 0.02 : 0;
  const misses = (pattern: RegExp): number => filled.filter((cell) => !pattern.test(cell)).length;
  if (misses(INTEGER) <= few) return 'integer';
  if (misses(DECIMAL) <= few) return 'decimal';
  const others = filled.filter((cell) => !DECIMAL_COMMA.test(cell) && !INTEGER.test(cell));
  return others.length === 0 && hasDecimalComma(filled) ? 'decimal-comma' : 'text';
}
