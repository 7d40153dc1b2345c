/** Schema of the measured part of a profiling result. Shares are 0..1, `null` is "not defined for this column". */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1).nullable();
/** Integers beyond 2^53 are strings of digits. */
const amount = z.union([z.number(), z.string()]).nullable();
const cell = z.union([z.string(), z.number(), z.boolean()]).nullable();
const counted = z.object({ value: cell, count });
const rejectedRow = z.object({ line: count.nullable(), reason: z.string(), sample: z.string() });

const formatSchema = z.object({
  container: z.enum(['csv', 'tsv', 'json', 'ndjson', 'parquet', 'xlsx']),
  mime: z.string(),
  compression: z.enum(['none', 'gzip', 'zstd']),
  encoding: z.string().nullable(),
  bom: z.boolean(),
  invalid_sequences: count,
  delimiter: z.string().nullable(),
  quote: z.string().nullable(),
  newline: z.enum(['lf', 'crlf', 'cr', 'mixed']).nullable(),
  header: z.enum(['first-row', 'none', 'names']),
  header_reason: z.string(),
  duplicate_headers: z.array(z.string()),
  /** Above the header, and no part of the table. Absent from results of older versions. */
  skipped_rows: count.optional(),
  header_suspect_row: count.nullable(),
  blank_lines: count,
  longest_line_bytes: count.nullable(),
  normalised: z.boolean(),
  parquet: z.object({ row_groups: count, codecs: z.array(z.string()), created_by: z.string() }).nullable(),
  sheets: z.array(
    z.object({ name: z.string(), rows: count, columns: count, hidden: z.boolean(), formulas: count }),
  ),
  sheet: z.string().nullable(),
});

const numeric = z.object({
  ...{ mean: amount, std: amount, variance: amount, min: amount, max: amount, range: amount, sum: amount },
  ...{ p5: amount, p25: amount, p50: amount, p75: amount, p95: amount, iqr: amount, cv: amount, mad: amount },
  ...{ skewness: amount, kurtosis_excess: amount, n_zeros: count, n_negative: count, n_infinite: count },
  monotonic: z.union([z.literal(-2), z.literal(-1), z.literal(0), z.literal(1), z.literal(2)]),
  histogram: z.object({ edges: z.array(z.number()), counts: z.array(count) }).nullable(),
  uniformity: z.object({ chi_squared: z.number(), p: z.number() }).nullable(),
  ...{ n_outliers: count, outlier_low: amount, outlier_high: amount },
  ...{ smallest: z.array(counted), largest: z.array(counted) },
  benford: z.object({ first_digits: z.array(count), chi_squared: z.number() }).nullable(),
});

const text = z.object({
  min_length: z.number().nullable(),
  max_length: z.number().nullable(),
  mean_length: z.number().nullable(),
  median_length: z.number().nullable(),
  n_empty: count,
  n_leading_trailing_whitespace: count,
  imbalance: z.number().nullable(),
  min_value: z.string().nullable(),
  max_value: z.string().nullable(),
  patterns: z.array(z.object({ pattern: z.string(), count })),
  letter_case: z.object({ upper: count, lower: count, mixed: count, none: count }),
  scripts: z.array(z.object({ script: z.string(), count })),
  sampled_values: count,
  similar_values: z.array(z.tuple([z.string(), z.string()])),
});

const datetime = z.object({
  format: z.string(),
  min: z.string().nullable(),
  max: z.string().nullable(),
  range_s: z.number().nullable(),
  n_future: count,
  granularity: z.enum(['year', 'month', 'day', 'hour', 'minute', 'second', 'subsecond']),
  zoned: z.enum(['none', 'all', 'mixed']),
  /** Values that are another day when the day is read before the month, as all may be. Absent from older results. */
  n_either_order: count.optional(),
  usual_step_s: z.number().nullable(),
  n_gaps: count.nullable(),
});

const place = z.object({ row: count, line: count.nullable(), value: z.string() });

export const columnSchema = z.object({
  index: count,
  name: z.string(),
  physical_type: z.enum([
    ...(['integer', 'decimal', 'boolean', 'text', 'date', 'timestamp', 'time', 'nested'] as const),
    ...(['binary', 'empty'] as const),
  ]),
  declared_type: z.string().nullable(),
  logical_type: z.enum([
    ...(['numeric', 'categorical', 'boolean', 'datetime', 'text', 'id', 'url', 'email', 'geo'] as const),
    ...(['json', 'constant', 'unsupported'] as const),
  ]),
  ...{ n: count, count, n_missing: count, p_missing: share },
  null_spellings: z.array(z.object({ spelling: z.string(), count })),
  ...{ n_distinct: count, p_distinct: share, n_unique: count, p_unique: share, is_unique: z.boolean() },
  ...{ top: z.array(counted), rare: z.array(counted), fingerprint: z.string() },
  numeric: numeric.nullable(),
  text: text.nullable(),
  datetime: datetime.nullable(),
  boolean: z.object({ n_true: count, n_false: count }).nullable(),
  evidence: z.array(z.object({ what: z.string(), count, where: z.array(place) })),
});

const pair = { a: z.string(), b: z.string() };
const correlation = z.number().nullable();

const pairsSchema = z.object({
  numeric: z.array(z.object({ ...pair, n: count, pearson: correlation, spearman: correlation })),
  categorical: z.array(z.object({ ...pair, n: count, cramers_v: correlation, binned: z.array(z.string()) })),
  missingness: z.array(z.object({ ...pair, phi: correlation })),
  column_limit: count,
  columns_left_out: z.array(z.string()),
});

const sampleRows = z.array(z.array(cell));

export const profileSchema = z.object({
  format: formatSchema,
  rows: z.object({
    ...{ n_rejected: count, n_padded: count },
    ...{ rejected: z.array(rejectedRow), padded: z.array(rejectedRow) },
  }),
  dataset: z.object({
    ...{ n_rows: count, n_columns: count, n_cells: count, n_cells_missing: count, p_cells_missing: share },
    ...{ n_duplicate_rows_extra: count, n_duplicate_row_groups: count, p_duplicate_row_groups: share },
    primary_key_candidates: z.array(z.string()),
    bytes: count,
  }),
  columns: z.array(columnSchema),
  pairs: pairsSchema,
  samples: z.object({ head: sampleRows, tail: sampleRows, random: sampleRows }),
  missing_rule: z.string(),
  engine: z.object({ name: z.string(), version: z.string() }),
  max_resident_bytes: count,
});

export type TableProfile = z.infer<typeof profileSchema>;
export type TableColumn = z.infer<typeof columnSchema>;
