/**
 * What in a profile deserves a look, each with the threshold that it crossed. The first group are the rules of
 * ydata-profiling, with its thresholds; the second are ours, with places as evidence.
 */
import type { TableColumn, TableProfile } from './profile.ts';
import type { Alert } from './result.ts';

type Severity = Alert['severity'];

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

const number = (value: number | string | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);
const shareOf = (part: number | undefined, column: TableColumn): number | null =>
  part === undefined || column.n === 0 ? null : part / column.n;
const isText = (column: TableColumn): boolean => column.text !== null && column.datetime === null;

const COLUMN_RULES: readonly ColumnRule[] = [
  rule('EMPTY', 'warning', 'holds no value', 0, (c) => (c.n > 0 && c.count === 0 ? 1 : null)),
  rule('CONSTANT', 'warning', 'holds one value only', 1, (c) => (c.n_distinct === 1 ? 1 : null), atLeast),
  rule('UNIQUE', 'info', 'never repeats a value', 1, (c) => (c.is_unique && c.count > 1 ? 1 : null), atLeast),
  rule('MISSING', 'warning', 'misses values', 0.01, (c) => (c.count === 0 ? null : c.p_missing)),
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
    'holds moments written as text',
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
  rule('FUTURE_DATES', 'warning', 'holds moments in the future', 0, (c) => c.datetime?.n_future ?? null),
  rule('GAPS', 'info', 'leaves out moments of its usual step', 0, (c) => c.datetime?.n_gaps ?? null),
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
  'leading-zeros': ['LEADING_ZEROS', 'warning', 'holds numbers with leading zeros, which may be codes'],
  formula: ['FORMULA_INJECTION', 'warning', 'holds texts that a spreadsheet would run'],
  'decimal-comma': ['DECIMAL_COMMA', 'info', 'holds numbers with a decimal comma'],
  'pii-email': ['PII', 'warning', 'holds e-mail addresses'],
  'pii-phone': ['PII', 'warning', 'holds telephone numbers'],
  'pii-iban': ['PII', 'warning', 'holds bank account numbers'],
  'pii-card': ['PII', 'warning', 'holds what looks like card numbers'],
};

export function alertsOf(profile: TableProfile, mismatch: string | null): Alert[] {
  return [
    ...fileAlerts(profile, mismatch),
    ...datasetAlerts(profile),
    ...profile.columns.flatMap(columnAlerts),
    ...pairAlerts(profile),
  ];
}

function columnAlerts(column: TableColumn): Alert[] {
  const where = column.name;
  const crossed = COLUMN_RULES.flatMap(({ code, severity, threshold, value, crossed: beyond, says }) => {
    const found = value(column);
    if (found === null || !beyond(found, threshold ?? 0)) return [];
    return [{ code, severity, message: `${quoted(where)} ${says}.`, where, value: found, threshold }];
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

function fileAlerts({ format, rows }: TableProfile, mismatch: string | null): Alert[] {
  const alerts: Alert[] = [];
  const add = (code: string, severity: Severity, value: number | null, message: string): void => {
    alerts.push({ code, severity, message, value, threshold: 0 });
  };
  if (mismatch) add('EXTENSION_MISMATCH', 'warning', null, mismatch);
  if (rows.n_rejected > 0) {
    add(
      'REJECTED_ROWS',
      'warning',
      rows.n_rejected,
      `${rows.n_rejected} rows could not be read and are left out${linesOf(rows.rejected)}.`,
    );
  }
  if (rows.n_padded > 0) {
    add(
      'RAGGED_ROWS',
      'warning',
      rows.n_padded,
      `${rows.n_padded} rows are short; what they lack counts as missing${linesOf(rows.padded)}.`,
    );
  }
  if (format.encoding !== null && format.encoding !== 'utf-8') {
    add(
      'ENCODING',
      'info',
      null,
      `The text is ${format.encoding}${format.bom ? ' with a byte order mark' : ''}, not UTF-8.`,
    );
  }
  if (format.invalid_sequences > 0) {
    add(
      'INVALID_CHARACTERS',
      'warning',
      format.invalid_sequences,
      `${format.invalid_sequences} broken characters were replaced by U+FFFD.`,
    );
  }
  if (format.newline === 'mixed') add('MIXED_NEWLINES', 'info', null, 'Lines end in more than one way.');
  if (format.duplicate_headers.length > 0) {
    const names = format.duplicate_headers.map(quoted).join(', ');
    add(
      'DUPLICATE_HEADERS',
      'warning',
      format.duplicate_headers.length,
      `Columns share a name, and were numbered: ${names}.`,
    );
  }
  if (format.header_suspect_row !== null) {
    add(
      'HEADER_SUSPECT',
      'warning',
      format.header_suspect_row + 1,
      `Row ${format.header_suspect_row + 1} looks like the header, with notes above it.`,
    );
  }
  if (format.header === 'none') add('NO_HEADER', 'info', null, `No header: ${format.header_reason}.`);
  const formulas = format.sheets.reduce((sum, sheet) => sum + sheet.formulas, 0);
  if (formulas > 0)
    add(
      'FORMULAS',
      'info',
      formulas,
      `${formulas} cells are formulas; the values saved with them were read.`,
    );
  const hidden = format.sheets.filter((sheet) => sheet.hidden).length;
  if (hidden > 0) add('HIDDEN_SHEETS', 'info', hidden, `${hidden} sheets are hidden.`);
  return alerts;
}

function linesOf(rows: readonly { line: number | null }[]): string {
  const lines = rows.flatMap(({ line }) => (line === null ? [] : [line])).slice(0, 5);
  if (lines.length === 0) return '';
  return ` (lines ${lines.join(', ')}${rows.length > lines.length ? ', ...' : ''})`;
}

/** ydata-profiling counts groups of duplicated rows here, not copies. */
const DUPLICATES_ABOVE = 0.01;
const CORRELATION_FROM = 0.5;

function datasetAlerts({ dataset }: TableProfile): Alert[] {
  const p = dataset.p_duplicate_row_groups ?? 0;
  if (dataset.n_rows === 0) {
    return [
      {
        code: 'NO_ROWS',
        severity: 'warning',
        message: 'The table has a header and no rows.',
        value: 0,
        threshold: 0,
      },
    ];
  }
  if (p <= DUPLICATES_ABOVE) return [];
  const message = `${dataset.n_duplicate_row_groups} rows occur more than once, with ${dataset.n_duplicate_rows_extra} copies.`;
  return [{ code: 'DUPLICATES', severity: 'warning', message, value: p, threshold: DUPLICATES_ABOVE }];
}

function pairAlerts({ pairs, columns }: TableProfile): Alert[] {
  const dull = new Set(
    columns.filter((column) => column.is_unique && column.text !== null).map(({ name }) => name),
  );
  const strengths = [
    ...pairs.numeric.map(({ a, b, spearman }) => ({ a, b, strength: spearman, measure: "Spearman's rho" })),
    ...pairs.categorical
      // Where every value is its own category, any two columns go together.
      .filter(({ a, b }) => !dull.has(a) && !dull.has(b))
      .map(({ a, b, cramers_v }) => ({ a, b, strength: cramers_v, measure: "Cramer's V" })),
  ];
  return strengths.flatMap(({ a, b, strength, measure }) => {
    if (strength === null || Math.abs(strength) < CORRELATION_FROM) return [];
    const message = `${quoted(a)} and ${quoted(b)} go together: ${measure} ${strength.toFixed(3)}.`;
    const where = `${a}, ${b}`;
    return [
      {
        code: 'HIGH_CORRELATION',
        severity: 'info',
        message,
        where,
        value: strength,
        threshold: CORRELATION_FROM,
      },
    ];
  });
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
