/**
 * Which field of a profile holds what a reference tool measured.
 *
 * Tolerances: counts, lengths and values are exact; real numbers 1e-9 relative, because sums are added in another
 * order (around zero 1e-12 absolute, where a relative distance means nothing). Correlations 1e-9 of their range of -1
 * to 1: near zero they are differences of large sums, and pandas' own last digits are noise for columns whose values
 * are far from zero.
 */
import type { TableColumn } from '../../kinds/profiling/profile.ts';
import type { ProfilingResult } from '../../kinds/profiling/result.ts';
import { type Comparison, exactly, type Mapping, type TruthRecord, withinRelative } from './compare.ts';

const REAL = 1e-9;

type Values = Readonly<Record<string, unknown>>;

/** Keys of a reference's value that our result does not mean to have, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {};

/** Reads the file the way the reference did, where its command says more than the file name. */
export function paramsFor(records: readonly TruthRecord[]): Readonly<Record<string, string>> {
  const commands = records.map((record) => record.command).join('\n');
  return /header\s*=\s*None/.test(commands) ? { header: 'none' } : {};
}

export const profilingMapping: Mapping = (record, result) => {
  const document = result as ProfilingResult;
  const compare = METRICS[record.metric];
  return compare?.(record, document);
};

type Compare = (record: TruthRecord, document: ProfilingResult) => Comparison[];

const METRICS: Readonly<Record<string, Compare>> = {
  sha256: (record, { resource }) => [
    exactly({ metric: record.metric, key: '', expected: record.value, actual: resource.sha256 }),
  ],
  columns_pandas: (record, { profiling }) =>
    Object.entries(record.value as Values).flatMap(([name, expected]) =>
      columnComparisons(record.metric, name, expected as Values, findColumn(profiling.columns, name)),
    ),
  dataset: ({ metric, value }, { profiling: { dataset } }) => {
    const actual = new Map<string, number | null>([
      ['n_rows', dataset.n_rows],
      ['n_columns', dataset.n_columns],
      ['n_cells_missing', dataset.n_cells_missing],
      ['p_cells_missing', dataset.p_cells_missing],
      ['duplicate_rows_extra(df.duplicated().sum())', dataset.n_duplicate_rows_extra],
      ['duplicate_row_groups(ydata n_duplicates)', dataset.n_duplicate_row_groups],
    ]);
    return Object.entries(value as Values).map(([key, expected]) =>
      withinExact({ metric, key, expected, actual: actual.get(key) }, key.startsWith('p_')),
    );
  },
  pearson: (record, { profiling }) =>
    pairComparisons(record, profiling.pairs.numeric, ({ pearson }) => pearson),
  spearman: (record, { profiling }) =>
    pairComparisons(record, profiling.pairs.numeric, ({ spearman }) => spearman),
  cramers_v_corrected_ydata: (record, { profiling }) =>
    pairComparisons(
      record,
      profiling.pairs.categorical.filter(({ binned }) => binned.length === 0),
      ({ cramers_v }) => cramers_v,
    ),
  sheets: ({ metric, value }, { profiling }) =>
    Object.entries(value as Values).map(([key, expected]) => {
      const sheet = profiling.format.sheets.find(({ name }) => name === key);
      return exactly({ metric, key, expected, actual: sheet && [sheet.rows, sheet.columns] });
    }),
  rows: ({ metric, value }, { profiling }) => [countOf(metric, value, 'n', profiling.dataset.n_rows)],
  duplicate_rows_extra: ({ metric, value }, { profiling }) => [
    countOf(metric, value, 'dup_extra', profiling.dataset.n_duplicate_rows_extra),
  ],
};

/** DuckDB's own answers are lists of rows with numbers as texts. */
function countOf(metric: string, value: unknown, key: string, actual: number): Comparison {
  const first = Array.isArray(value) ? (value[0] as Values | undefined) : undefined;
  return exactly({ metric, key, expected: Number(first?.[key]), actual });
}

function withinExact(
  subject: { metric: string; key: string; expected: unknown; actual: unknown },
  real: boolean,
): Comparison {
  return real ? withinRelative(subject, REAL) : exactly(subject);
}

interface Pair {
  readonly a: string;
  readonly b: string;
}

function pairComparisons<P extends Pair>(
  { metric, value }: TruthRecord,
  pairs: readonly P[],
  strength: (pair: P) => number | null,
): Comparison[] {
  const ours = new Map(
    pairs.flatMap((pair) => [
      [`${pair.a}|${pair.b}`, pair],
      [`${pair.b}|${pair.a}`, pair],
    ]),
  );
  return Object.entries(value as Values).map(([key, expected]) => {
    const pair = ours.get(key);
    // What has no value or one only has no correlation: null there, no pair here.
    const actual = pair === undefined ? null : strength(pair);
    return withinRelative({ metric, key, expected, actual }, REAL, REAL);
  });
}

function findColumn(columns: readonly TableColumn[], name: string): TableColumn | undefined {
  const unnamed = /^Unnamed: (\d+)$/.exec(name);
  return (
    columns.find((column) => column.name === name) ?? (unnamed ? columns[Number(unnamed[1])] : undefined)
  );
}

const EXACT_KEYS = new Set(
  'n count n_missing n_distinct n_unique n_zeros n_negative n_infinite min_length max_length n_empty_string n_leading_trailing_ws'.split(
    ' ',
  ),
);

function columnComparisons(
  metric: string,
  name: string,
  expected: Values,
  column: TableColumn | undefined,
): Comparison[] {
  const actual = column ? pandasView(column) : new Map<string, unknown>();
  return Object.entries(expected)
    .filter(([key]) => !(key in leftOut))
    .map(([key, wanted]) => {
      const subject = { metric: `${metric}.${key}`, key: name, expected: wanted, actual: actual.get(key) };
      if (key === 'top5') return topComparison(subject, column);
      const exact = typeof wanted !== 'number' || EXACT_KEYS.has(key);
      return exact ? exactly(subject) : withinRelative(subject, REAL);
    });
}

/** What pandas says of a column of numbers that has none; its other figures are null. */
const OF_NOTHING = {
  sum: 0,
  n_zeros: 0,
  n_negative: 0,
  n_infinite: 0,
  monotonic_increasing: true,
  monotonic_decreasing: true,
} as const;

/** Our column under the names of the reference. */
function pandasView(column: TableColumn): Map<string, unknown> {
  const { numeric, text, physical_type: type } = column;
  const number = (value: number | string | null | undefined): number | null =>
    value === null || value === undefined ? null : Number(value);
  return new Map<string, unknown>([
    ['dtype', dtypeOf(column)],
    ...(['n', 'count', 'n_missing', 'n_distinct', 'n_unique'] as const).map(
      (key) => [key, column[key]] as const,
    ),
    ...(type === 'empty' ? Object.entries(OF_NOTHING) : []),
    ...(numeric === null
      ? []
      : ([
          ...(
            ['mean', 'min', 'max', 'range', 'sum', 'p5', 'p25', 'p50', 'p75', 'p95', 'iqr', 'cv'] as const
          ).map((key) => [key, number(numeric[key])] as const),
          ['std_ddof1', number(numeric.std)],
          ['variance_ddof1', number(numeric.variance)],
          ['mad_unscaled', number(numeric.mad)],
          ['skewness_G1', number(numeric.skewness)],
          ['kurtosis_G2_excess', number(numeric.kurtosis_excess)],
          ['n_zeros', numeric.n_zeros],
          ['n_negative', numeric.n_negative],
          ['n_infinite', numeric.n_infinite],
          ['monotonic_increasing', numeric.monotonic > 0],
          // One value repeated is both.
          ['monotonic_decreasing', numeric.monotonic < 0 || column.n_distinct <= 1],
        ] as const)),
    ...(text === null
      ? []
      : ([
          ['min_length', text.min_length],
          ['max_length', text.max_length],
          ['mean_length', text.mean_length],
          ['median_length', text.median_length],
          ['n_empty_string', text.n_empty],
          ['n_leading_trailing_ws', text.n_leading_trailing_whitespace],
          ['imbalance_ydata', text.imbalance],
        ] as const)),
  ]);
}

/** The type that pandas gives to what we found: integers with gaps become floats there, so do columns without a value. */
function dtypeOf({ physical_type: type, n_missing: missing, n, numeric }: TableColumn): string {
  if (n === 0) return 'object';
  if (type === 'timestamp') return 'datetime64[ns]';
  if (type === 'integer' && missing === 0) return Number(numeric?.max) >= 2 ** 63 ? 'uint64' : 'int64';
  if (type === 'integer') return 'float64';
  if (type === 'decimal' || type === 'empty') return 'float64';
  return type === 'boolean' && missing === 0 ? 'bool' : 'object';
}

/**
 * Equal counts in order, and equal values; where several values share the last count of our ten, which of them the
 * reference lists is its choice.
 */
function topComparison(
  subject: { metric: string; key: string; expected: unknown; actual: unknown },
  column: TableColumn | undefined,
): Comparison {
  const expected = subject.expected as readonly (readonly [string, number])[];
  const top = column?.top ?? [];
  const last = top.at(-1)?.count;
  const agrees =
    column !== undefined &&
    expected.every(([value, count], index) => {
      if (top[index]?.count !== count) return false;
      const ours = top.find((entry) => sameValue(entry.value, value));
      return ours ? ours.count === count : count === last;
    });
  const actual = top.slice(0, expected.length).map(({ value, count }) => [value, count]);
  return { ...subject, actual, difference: null, tolerance: 'exact, ties in any order', agrees };
}

function sameValue(ours: string | number | boolean | null, pandas: string): boolean {
  if (typeof ours === 'boolean') return String(ours) === pandas.toLowerCase();
  if (ours === pandas) return true;
  const [a, b] = [Number(ours), Number(pandas)];
  // pandas' default parser of decimals is off by a few units in the last place now and then.
  return typeof ours === 'number' ? Math.abs(a - b) <= Math.abs(b) * 4e-15 : a === b;
}
