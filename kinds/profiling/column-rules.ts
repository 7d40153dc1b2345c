/** Rules about one column: those of ydata-profiling with its thresholds, and our own with places as evidence. */
import type { TableColumn } from './profile.ts';
import type { Finding } from './result.ts';

type Severity = Finding['severity'];

/** A rule looks at one column: its value, if it is beyond the threshold. */
interface ColumnRule {
  readonly code: string;
  readonly severity: Severity;
  readonly threshold: number | null;
  readonly value: (column: TableColumn) => number | null;
  readonly crossed: (value: number, threshold: number) => boolean;
  readonly says: string;
}

const above = (value: number, threshold: number): boolean => value > threshold;
const atLeast = (value: number, threshold: number): boolean => value >= threshold;

function rule(
  code: string,
  severity: Severity,
  says: string,
  threshold: number,
  value: ColumnRule['value'],
  crossed: ColumnRule['crossed'] = above,
): ColumnRule {
  return { code, severity, threshold, value, crossed, says };
}

/** Of these the value is a share of the rows, and the sentence says it. */
const SHARES: ReadonlySet<string> = new Set(['MISSING', 'ZEROS', 'INFINITE', 'OUTLIERS']);

const number = (value: number | string | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);
const shareOf = (part: number | undefined, column: TableColumn): number | null =>
  part === undefined || column.n === 0 ? null : part / column.n;
const isText = (column: TableColumn): boolean => column.text !== null && column.datetime === null;

const COLUMN_RULES: readonly ColumnRule[] = [
  rule('EMPTY', 'warning', 'holds no value', 0, (c) => (c.n > 0 && c.count === 0 ? 1 : null)),
  rule('CONSTANT', 'warning', 'holds one value only', 1, (c) => (c.n_distinct === 1 ? 1 : null), atLeast),
  rule('UNIQUE', 'info', 'never repeats a value', 1, (c) => (c.is_unique && c.count > 1 ? 1 : null), atLeast),
  rule('MISSING', 'warning', 'has missing values', 0.01, (c) => (c.count === 0 ? null : c.p_missing)),
  rule('ZEROS', 'info', 'holds zeros', 0.01, (c) => shareOf(c.numeric?.n_zeros, c)),
  rule('INFINITE', 'warning', 'holds infinities', 0, (c) => shareOf(c.numeric?.n_infinite, c)),
  rule('SKEWED', 'info', 'is very skewed', 20, (c) => {
    const skewness = number(c.numeric?.skewness);
    return skewness === null ? null : Math.abs(skewness);
  }),
  rule('UNIFORM', 'info', 'is spread evenly', 0.999, (c) => number(c.numeric?.uniformity?.p)),
  rule('HIGH_CARDINALITY', 'info', 'has many categories', 50, (c) =>
    c.logical_type === 'categorical' ? c.n_distinct : null,
  ),
  rule('IMBALANCE', 'info', 'is dominated by few values', 0.5, (c) =>
    c.n_distinct > 1 && (c.logical_type === 'categorical' || c.logical_type === 'boolean')
      ? number(c.text?.imbalance)
      : null,
  ),
  rule(
    'CONSTANT_LENGTH',
    'info',
    'holds texts of one length',
    1,
    (c) => (isText(c) && c.n_distinct > 1 && c.text?.min_length === c.text?.max_length ? 1 : null),
    atLeast,
  ),
  rule(
    'TYPE_DATE',
    'info',
    'holds dates or times written as text',
    1,
    (c) => (c.logical_type === 'datetime' && c.physical_type === 'text' ? 1 : null),
    atLeast,
  ),
  rule(
    'UNSUPPORTED',
    'warning',
    'is of a type that is not measured',
    1,
    (c) => (c.logical_type === 'unsupported' && c.count > 0 ? 1 : null),
    atLeast,
  ),
  rule('DIRTY_CATEGORY', 'warning', 'has categories that are nearly the same', 0, (c) =>
    c.logical_type === 'categorical' ? (c.text?.similar_values.length ?? null) : null,
  ),
  rule('OUTLIERS', 'info', 'has values beyond 1.5 interquartile ranges', 0.01, (c) =>
    shareOf(c.numeric?.n_outliers, c),
  ),
  rule('FUTURE_DATES', 'warning', 'holds dates in the future', 0, (c) => c.datetime?.n_future ?? null),
  rule(
    'DATE_ORDER',
    'warning',
    'holds dates that are read with the month first, and may have the day first',
    0,
    (c) => c.datetime?.n_either_order ?? null,
  ),
  rule('GAPS', 'info', 'leaves out some of its usual steps in time', 0, (c) => c.datetime?.n_gaps ?? null),
  rule(
    'WHITESPACE',
    'info',
    'holds texts with spaces around them',
    0,
    (c) => c.text?.n_leading_trailing_whitespace ?? null,
  ),
  rule('NULL_SPELLINGS', 'info', 'spells missing in several ways', 1, (c) => c.null_spellings.length),
  rule(
    'PRECISION_LOSS',
    'warning',
    'holds integers beyond 2^53, which floating point cannot keep apart',
    2 ** 53,
    (c) =>
      c.physical_type === 'integer' && c.numeric
        ? Math.max(Math.abs(Number(c.numeric.min)), Math.abs(Number(c.numeric.max)))
        : null,
  ),
];

/** Findings with places, by what the child calls them. */
const EVIDENCE: Readonly<Record<string, readonly [code: string, severity: Severity, says: string]>> = {
  'not-a-number': ['MIXED_TYPES', 'warning', 'is numeric but for a few values, so it is text'],
  'long-integer': ['LONG_INTEGERS', 'warning', 'holds integers of more than 28 digits, so it is text'],
  'leading-zeros': ['LEADING_ZEROS', 'warning', 'holds numbers with leading zeros, which may be codes'],
  formula: ['FORMULA_INJECTION', 'warning', 'holds texts that a spreadsheet would run'],
  'decimal-comma': ['DECIMAL_COMMA', 'info', 'holds numbers with a decimal comma'],
  'pii-email': ['PII', 'warning', 'holds e-mail addresses'],
  'pii-phone': ['PII', 'warning', 'holds telephone numbers'],
  'pii-iban': ['PII', 'warning', 'holds bank account numbers'],
  'pii-card': ['PII', 'warning', 'holds what looks like card numbers'],
};

export function columnAlerts(column: TableColumn): Finding[] {
  const where = column.name;
  const crossed = COLUMN_RULES.flatMap(({ code, severity, threshold, value, crossed: beyond, says }) => {
    const found = value(column);
    if (found === null || !beyond(found, threshold ?? 0)) return [];
    const share = SHARES.has(code) ? ` (${percent(found)})` : '';
    return [{ code, severity, message: `${quoted(where)} ${says}${share}.`, where, value: found, threshold }];
  });
  const seen = column.evidence.flatMap(({ what, count, where: places }) => {
    const [code, severity, says] = EVIDENCE[what] ?? [];
    if (!code || !severity) return [];
    const lines = places.map(({ line, row }) => (line === null ? `row ${row}` : `line ${line}`)).join(', ');
    return [
      {
        code,
        severity,
        message: `${quoted(where)} ${says}: ${count} (${lines}).`,
        where,
        value: count,
        threshold: 0,
      },
    ];
  });
  return [...crossed, ...seen];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
