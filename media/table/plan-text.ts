/** Columns of texts: every row confirms or refutes what the sample suggested, and what does not fit is counted. */
import type { Candidate } from './candidate.ts';
import { type Engine, literal, number } from './engine.ts';
import { finiteOrInfinite, type PlannedColumn } from './plan.ts';
import type { TableSource } from './source.ts';

export const SAMPLE_ROWS = 2000;
const RE_INTEGER = "'\\s*[+-]?[0-9]+\\s*'";
const RE_DECIMAL = "'\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*'";

export async function planText(
  engine: Engine,
  source: TableSource,
  index: number,
  candidate: Candidate,
  rows: number,
): Promise<PlannedColumn> {
  const spelled = await spellings(engine, source, index, candidate);
  const missing = spelled.filter(({ spelling }) => spelling !== '').map(({ spelling }) => literal(spelling));
  const raw = `c${index}`;
  const value =
    missing.length === 0 ? raw : `CASE WHEN ${raw} IN (${missing.join(', ')}) THEN NULL ELSE ${raw} END`;
  const text: PlannedColumn = {
    ...{ index, name: source.names[index] as string, declared: null, hint: source.hints[index] ?? 'any' },
    ...{ treatment: 'text', physical: 'text', value, raw, nullSpellings: spelled, misfits: [] },
  };
  if (candidate === 'text') return promoted(engine, text, rows, source);
  const census = await censusOf(engine, index, candidate, missing);
  if (census.others > 0) return refuted(text, candidate, census);
  const codes = candidate === 'integer' && census.leadingZeros > 0 && (await areCodes(engine, text));
  return codes ? { ...text, misfits: leadingZeros(text, census) } : confirmed(text, candidate, census);
}

/** Postcodes, telephone numbers: digits that all begin with zero, or are as many each time. As numbers they lose some. */
async function areCodes(engine: Engine, { value }: PlannedColumn): Promise<boolean> {
  const [shortest, longest, others] = await engine.row(
    `SELECT min(strlen(v)), max(strlen(v)), count(*) FILTER (NOT regexp_matches(v, '^0[0-9]')) FROM (SELECT ${value} AS v FROM t) WHERE v IS NOT NULL`,
  );
  return number(others) === 0 || number(shortest) === number(longest);
}

function leadingZeros({ raw }: PlannedColumn, { leadingZeros: count }: Census): PlannedColumn['misfits'] {
  return [{ what: 'leading-zeros', count, where: `regexp_matches(${raw}, '^\\s*[+-]?0[0-9]')` }];
}

/** Few values that are no numbers are shown where they stand; many mean that it never was a numeric column. */
function refuted(text: PlannedColumn, candidate: Candidate, census: Census): PlannedColumn {
  const few = census.total > 20 * census.others;
  const misfit =
    candidate === 'decimal-comma'
      ? `n${text.index} IS NULL`
      : `NOT regexp_full_match(${text.raw}, ${RE_DECIMAL}) AND ${outside(candidate, text.index)}`;
  const where = `(${text.value}) IS NOT NULL AND ${misfit}`;
  return { ...text, misfits: few ? [{ what: 'not-a-number', count: census.others, where }] : [] };
}

function confirmed(text: PlannedColumn, candidate: Candidate, census: Census): PlannedColumn {
  const physical = census.decimals > 0 || candidate !== 'integer' ? 'decimal' : 'integer';
  if (physical === 'integer' && census.long > 0)
    return { ...text, misfits: [{ what: 'long-integer', count: census.long, where: isLong(text.raw) }] };
  const seen = [
    ...leadingZeros(text, census),
    { what: 'decimal-comma', count: census.commas, where: `contains(${text.raw}, ',')` },
  ];
  return {
    ...text,
    treatment: 'numeric',
    physical,
    value: numericValue(text.index, candidate, physical, census),
    misfits: seen.filter(({ count }) => count > 0),
  };
}

/** A column without a value in the sample may still be numeric further down. */
async function promoted(
  engine: Engine,
  column: PlannedColumn,
  rows: number,
  source: TableSource,
): Promise<PlannedColumn> {
  if (column.hint !== 'any' || source.nullSpellings.length === 0 || rows <= SAMPLE_ROWS) return column;
  const [first] = await engine.row(
    `SELECT count(*) FROM (SELECT ${column.raw} FROM t LIMIT ${SAMPLE_ROWS}) WHERE (${column.value}) IS NOT NULL`,
  );
  if (number(first) > 0) return column;
  const number_ = `TRY_CAST(${column.value} AS DOUBLE)`;
  const [filled, fit, integers] = await engine.row(
    `SELECT count(${column.value}), count(*) FILTER (regexp_full_match(${column.value}, ${RE_DECIMAL})), count(*) FILTER (regexp_full_match(${column.value}, ${RE_INTEGER}) AND TRY_CAST(${column.value} AS BIGINT) IS NOT NULL) FROM t`,
  );
  if (number(filled) === 0 || number(fit) !== number(filled)) return column;
  const integer = number(integers) === number(filled);
  return {
    ...column,
    treatment: 'numeric',
    physical: integer ? 'integer' : 'decimal',
    value: integer ? `TRY_CAST(${column.value} AS BIGINT)` : number_,
  };
}

/** Which spellings of missing occur, `''` for empty fields. */
async function spellings(
  engine: Engine,
  source: TableSource,
  index: number,
  candidate: Candidate,
): Promise<{ spelling: string; count: number }[]> {
  const named = source.nullSpellings.filter((spelling) => spelling !== '').map(literal);
  // A number is never a spelling of missing, so only what did not become one needs a look.
  const unsure =
    candidate === 'text'
      ? ''
      : `AND (n${index} IS NULL${candidate === 'integer' ? '' : ` OR isnan(n${index})`})`;
  const found =
    named.length === 0
      ? []
      : await engine.rows(
          `SELECT c${index}, count(*) FROM t WHERE c${index} IS NOT NULL ${unsure} AND strlen(c${index}) <= 8 AND c${index} IN (${named.join(', ')}) GROUP BY 1 ORDER BY 2 DESC, 1`,
        );
  const [empty] = await engine.row(`SELECT count(*) - count(c${index}) FROM t`);
  const list = found.map(([spelling, count]) => ({ spelling: String(spelling), count: number(count) }));
  return number(empty) > 0 ? [{ spelling: '', count: number(empty) }, ...list] : list;
}

interface Census {
  readonly total: number;
  /** Texts that are no number at all. */
  readonly others: number;
  readonly decimals: number;
  /** Integers that do not fit 64 bits. */
  readonly huge: number;
  /** Integers whose sum over the rows of a table could leave 128 bits. */
  readonly long: number;
  readonly leadingZeros: number;
  readonly commas: number;
}

/** Longer ones are identifiers; as numbers they would lose digits, or be lost. */
const MOST_DIGITS = 28;

function isLong(text: string): string {
  const limit = `CAST('1${'0'.repeat(MOST_DIGITS)}' AS HUGEINT)`;
  return `(${text} IS NOT NULL AND coalesce(TRY_CAST(${text} AS HUGEINT) NOT BETWEEN -${limit} AND ${limit}, true))`;
}

async function censusOf(
  engine: Engine,
  index: number,
  candidate: Candidate,
  missing: readonly string[],
): Promise<Census> {
  const text = `c${index}`;
  const spelled = missing.length > 0 ? `AND ${text} NOT IN (${missing.join(', ')})` : '';
  const whole = `regexp_full_match(${text}, ${RE_INTEGER})`;
  const fits =
    candidate === 'decimal-comma'
      ? `n${index} IS NOT NULL`
      : `regexp_full_match(${text}, ${RE_DECIMAL}) OR coalesce(isinf(TRY_CAST(${text} AS DOUBLE)), false)`;
  const withComma =
    candidate === 'decimal-comma' ? `(SELECT count(*) FROM t WHERE contains(${text}, ','))` : '0';
  const [total, others, decimals, huge, long, leadingZeros, commas] = await engine.row(
    `SELECT (SELECT count(${text}) FROM t), count(*) FILTER (NOT (${fits})), count(*) FILTER (NOT ${whole}), count(*) FILTER (${whole} AND TRY_CAST(${text} AS BIGINT) IS NULL), count(*) FILTER (${whole} AND ${isLong(text)}), count(*) FILTER (regexp_matches(${text}, '^\\s*[+-]?0[0-9]')), ${withComma} FROM t WHERE ${text} IS NOT NULL AND ${outside(candidate, index)} ${spelled}`,
  );
  return {
    total: number(total),
    others: number(others),
    decimals: number(decimals),
    huge: number(huge),
    long: number(long),
    leadingZeros: number(leadingZeros),
    commas: number(commas),
  };
}

/** Rows whose text is not plainly the number it was cast to: a cheap test that nearly all rows of a good column fail. */
function outside(candidate: Candidate, index: number): string {
  if (candidate === 'integer') return `(n${index} IS NULL OR CAST(n${index} AS VARCHAR) <> c${index})`;
  const odd = candidate === 'decimal' ? ` OR contains(c${index}, '_')` : '';
  // A zero before a digit: 007.5, but not 0.5.
  const zero = ` OR (starts_with(c${index}, '0') AND n${index} >= 1)`;
  return `(n${index} IS NULL OR isnan(n${index})${odd}${zero})`;
}

function numericValue(
  index: number,
  candidate: Candidate,
  physical: 'integer' | 'decimal',
  census: Census,
): string {
  if (candidate === 'integer' && physical === 'decimal')
    return finiteOrInfinite(`TRY_CAST(c${index} AS DOUBLE)`);
  if (candidate === 'integer' && census.huge > 0) return `TRY_CAST(c${index} AS HUGEINT)`;
  return candidate === 'integer' ? `n${index}` : finiteOrInfinite(`n${index}`);
}
