/**
 * The source in one table `t`, and what each column is, decided over all rows.
 *
 * A sample may only refute: 2,000 rows choose the type that is tried, every row confirms it. `cN` is a column's text
 * (or its typed value), `nN` its number where it may be one.
 */
import type { Cell, Engine } from './engine.ts';
import { literal, number } from './engine.ts';
import { TableFailure } from './failure.ts';
import { CellKind, DECIMAL, DECIMAL_COMMA, INTEGER, kindOfCell } from './cell-kind.ts';
import type { Evidence, PhysicalType } from './profile-shape.ts';
import type { TableSource, TypeHint } from './source.ts';

export type Candidate = 'integer' | 'decimal' | 'decimal-comma' | 'text';

/** How the statistics see a column. */
export type Treatment = 'numeric' | 'boolean' | 'text';

export interface PlannedColumn {
  readonly index: number;
  readonly name: string;
  readonly treatment: Treatment;
  readonly physical: PhysicalType;
  readonly declared: string | null;
  readonly hint: TypeHint;
  /** SQL for the value, NULL where missing. */
  readonly value: string;
  /** SQL for the text as it stands in the file, NULL where the field is empty. */
  readonly raw: string;
  readonly nullSpellings: readonly { readonly spelling: string; readonly count: number }[];
  /** Found while its type was decided. */
  readonly misfits: readonly { readonly what: string; readonly count: number; readonly where: string }[];
}

export interface Loaded {
  readonly rows: number;
  readonly columns: readonly PlannedColumn[];
}

const SAMPLE_ROWS = 2000;
const RE_INTEGER = "'\\s*[+-]?[0-9]+\\s*'";
const RE_DECIMAL = "'\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*'";

export async function loadTable(engine: Engine, source: TableSource): Promise<Loaded> {
  const loaded =
    source.values === 'typed' ? await loadTyped(engine, source) : await loadTexts(engine, source);
  if (source.expectedRows !== null && loaded.rows !== source.expectedRows) {
    throw new TableFailure(
      'ROWS_DISAGREE',
      `The file has ${source.expectedRows} records but ${loaded.rows} were loaded.`,
      'The engine reads the file differently from us; please report it with the file.',
    );
  }
  return loaded;
}

async function loadTexts(engine: Engine, source: TableSource): Promise<Loaded> {
  const indexes = source.names.map((_, index) => index);
  const texts = indexes.map((index) => `c${index}`).join(', ');
  const sample = await engine.rows(`SELECT ${texts} FROM ${source.relation} LIMIT ${SAMPLE_ROWS}`);
  const nulls = new Set(source.nullSpellings);
  const candidates = indexes.map((index) =>
    candidateOf(
      sample.map((row) => row[index] as string | null),
      source.hints[index] ?? 'any',
      nulls,
    ),
  );
  const numbers = indexes.flatMap((index) => {
    const cast = castOf(candidates[index] as Candidate, `c${index}`);
    return cast ? [`${cast} AS n${index}`] : [];
  });
  await engine.run(`CREATE TABLE t AS SELECT ${[texts, ...numbers].join(', ')} FROM ${source.relation}`);
  const rows = number((await engine.row('SELECT count(*) FROM t'))[0]);
  const columns: PlannedColumn[] = [];
  for (const index of indexes) {
    columns.push(await planText(engine, source, index, candidates[index] as Candidate, rows));
  }
  return { rows, columns };
}

function castOf(candidate: Candidate, text: string): string | null {
  if (candidate === 'integer') return `TRY_CAST(${text} AS BIGINT)`;
  if (candidate === 'decimal') return `TRY_CAST(${text} AS DOUBLE)`;
  if (candidate === 'decimal-comma')
    return `TRY_CAST(replace(replace(${text}, '.', ''), ',', '.') AS DOUBLE)`;
  return null;
}

function candidateOf(
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
  return misses(DECIMAL_COMMA) === 0 ? 'decimal-comma' : 'text';
}

async function planText(
  engine: Engine,
  source: TableSource,
  index: number,
  candidate: Candidate,
  rows: number,
): Promise<PlannedColumn> {
  const base = {
    index,
    name: source.names[index] as string,
    declared: null,
    hint: source.hints[index] ?? 'any',
    raw: `c${index}`,
  };
  const spelled = await spellings(engine, source, index, candidate);
  const missing = spelled.filter(({ spelling }) => spelling !== '').map(({ spelling }) => literal(spelling));
  const value =
    missing.length === 0
      ? base.raw
      : `CASE WHEN ${base.raw} IN (${missing.join(', ')}) THEN NULL ELSE ${base.raw} END`;
  const text = {
    ...base,
    treatment: 'text' as const,
    physical: 'text' as const,
    value,
    nullSpellings: spelled,
    misfits: [],
  };
  if (candidate === 'text') return promoted(engine, text, rows, source);
  const census = await censusOf(engine, index, candidate, missing);
  const place = `${base.raw} IS NOT NULL AND (${value}) IS NOT NULL`;
  if (census.others > 0) {
    const where = `${place} AND NOT regexp_full_match(${base.raw}, ${RE_DECIMAL}) AND ${outside(candidate, index)}`;
    const misfits =
      census.total > 20 * census.others ? [{ what: 'not-a-number', count: census.others, where }] : [];
    return { ...text, misfits };
  }
  const physical = census.decimals > 0 || candidate !== 'integer' ? 'decimal' : 'integer';
  const leading = {
    what: 'leading-zeros',
    count: census.leadingZeros,
    where: `regexp_matches(${base.raw}, '^\\s*[+-]?0[0-9]')`,
  };
  return {
    ...text,
    treatment: 'numeric',
    physical,
    value: numericValue(index, candidate, physical, census),
    misfits: census.leadingZeros > 0 ? [leading] : [],
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
  readonly leadingZeros: number;
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
  const [total, others, decimals, huge, leadingZeros] = await engine.row(
    `SELECT (SELECT count(${text}) FROM t), count(*) FILTER (NOT (${fits})), count(*) FILTER (NOT ${whole}), count(*) FILTER (${whole} AND TRY_CAST(${text} AS BIGINT) IS NULL), count(*) FILTER (regexp_matches(${text}, '^\\s*[+-]?0[0-9]')) FROM t WHERE ${text} IS NOT NULL AND ${outside(candidate, index)} ${spelled}`,
  );
  return {
    total: number(total),
    others: number(others),
    decimals: number(decimals),
    huge: number(huge),
    leadingZeros: number(leadingZeros),
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

function finiteOrInfinite(sql: string): string {
  return `CASE WHEN isnan(${sql}) THEN NULL ELSE ${sql} END`;
}

const TYPED: readonly (readonly [RegExp, Treatment, PhysicalType, (value: string) => string])[] = [
  [/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/, 'numeric', 'integer', (value) => value],
  [/^DECIMAL/, 'numeric', 'decimal', (value) => `CAST(${value} AS DOUBLE)`],
  [/^(?:FLOAT|DOUBLE)$/, 'numeric', 'decimal', (value) => finiteOrInfinite(`CAST(${value} AS DOUBLE)`)],
  [/^BOOLEAN$/, 'boolean', 'boolean', (value) => `CAST(${value} AS VARCHAR)`],
  [/^DATE$/, 'text', 'date', (value) => `CAST(${value} AS VARCHAR)`],
  [/^TIMESTAMP/, 'text', 'timestamp', (value) => `CAST(${value} AS VARCHAR)`],
  [/^TIME/, 'text', 'time', (value) => `CAST(${value} AS VARCHAR)`],
  [/^BLOB$/, 'text', 'binary', (value) => `CAST(${value} AS VARCHAR)`],
  [/^(?:STRUCT|MAP|.*\[\d*\]$)/, 'text', 'nested', (value) => `CAST(to_json(${value}) AS VARCHAR)`],
];

async function loadTyped(engine: Engine, source: TableSource): Promise<Loaded> {
  const columns = source.names.map((_, index) => `c${index}`).join(', ');
  await engine.run(`CREATE TABLE t AS SELECT ${columns} FROM ${source.relation}`);
  const rows = number((await engine.row('SELECT count(*) FROM t'))[0]);
  const described = await engine.rows('DESCRIBE t');
  return {
    rows,
    columns: described.map((row, index) => planTyped(row, index, source.names[index] as string)),
  };
}

function planTyped(described: readonly Cell[], index: number, name: string): PlannedColumn {
  const declared = String(described[1]);
  const found = TYPED.find(([pattern]) => pattern.test(declared));
  const [, treatment, physical, sql] = found ?? [
    null,
    'text',
    'text',
    (value: string) => `CAST(${value} AS VARCHAR)`,
  ];
  const value = sql(`c${index}`);
  const common = {
    index,
    name,
    declared,
    hint: physical === 'nested' ? 'nested' : 'any',
    nullSpellings: [],
    misfits: [],
  } as const;
  return {
    ...common,
    treatment: treatment as Treatment,
    physical: physical as PhysicalType,
    value,
    raw: value,
  };
}

/** First places where a condition holds, in row order. */
export async function evidenceOf(
  engine: Engine,
  source: TableSource,
  column: PlannedColumn,
  misfit: { readonly what: string; readonly count: number; readonly where: string },
): Promise<Evidence> {
  const rows = await engine.rows(
    `SELECT rowid, left(CAST(${column.raw} AS VARCHAR), 100) FROM t WHERE ${misfit.where} LIMIT 5`,
  );
  const where = rows.map(([row, value]) => ({
    row: number(row) + 1,
    line: source.lineOf(number(row)),
    value: String(value),
  }));
  return { what: misfit.what, count: misfit.count, where };
}

export function looksBoolean(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => kindOfCell(value) === CellKind.boolean);
}
