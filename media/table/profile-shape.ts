/**
 * The measured profile of a table, as JSON: counts, statistics, evidence, no judgement (alerts are decided from it).
 * Numbers are finite or null; integers beyond 2^53 are strings; `p_` is a share of 0..1; `n_` is a count.
 */
export type Num = number | string | null;

export interface RejectedRow {
  readonly line: number | null;
  readonly reason: string;
  readonly sample: string;
}

export interface SheetInfo {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly hidden: boolean;
  readonly formulas: number;
}

export interface Format {
  readonly container: 'csv' | 'tsv' | 'json' | 'ndjson' | 'parquet' | 'xlsx';
  readonly mime: string;
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly encoding: string | null;
  readonly bom: boolean;
  readonly invalid_sequences: number;
  readonly delimiter: string | null;
  readonly quote: string | null;
  readonly newline: 'lf' | 'crlf' | 'cr' | 'mixed' | null;
  readonly header: 'first-row' | 'none' | 'names';
  readonly header_reason: string;
  readonly duplicate_headers: readonly string[];
  /** Above the header, and no part of the table. */
  readonly skipped_rows: number;
  /** Zero-based row, as skip_rows counts them, that looks more like a header than the one used, or null. */
  readonly header_suspect_row: number | null;
  readonly blank_lines: number;
  readonly longest_line_bytes: number | null;
  /** True when the bytes had to be rewritten (encoding, compression, ragged rows) before they were loaded. */
  readonly normalised: boolean;
  readonly parquet: {
    readonly row_groups: number;
    readonly codecs: string[];
    readonly created_by: string;
  } | null;
  readonly sheets: readonly SheetInfo[];
  readonly sheet: string | null;
}

export interface Rows {
  readonly n_rejected: number;
  readonly n_padded: number;
  /** At most 100, in file order. */
  readonly rejected: readonly RejectedRow[];
  readonly padded: readonly RejectedRow[];
}

export interface CountedValue {
  readonly value: string | number | boolean | null;
  readonly count: number;
}

export interface Numeric {
  readonly mean: Num;
  readonly std: Num;
  readonly variance: Num;
  readonly min: Num;
  readonly max: Num;
  readonly range: Num;
  readonly sum: Num;
  readonly p5: Num;
  readonly p25: Num;
  readonly p50: Num;
  readonly p75: Num;
  readonly p95: Num;
  readonly iqr: Num;
  readonly cv: Num;
  readonly mad: Num;
  readonly skewness: Num;
  readonly kurtosis_excess: Num;
  readonly n_zeros: number;
  readonly n_negative: number;
  readonly n_infinite: number;
  /** 2 strictly increasing, 1 increasing, 0 neither, -1 decreasing, -2 strictly decreasing, of the non-missing values in row order. */
  readonly monotonic: -2 | -1 | 0 | 1 | 2;
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] } | null;
  /** chi-square of the histogram against equal bins, and its p value. */
  readonly uniformity: { readonly chi_squared: number; readonly p: number } | null;
  readonly n_outliers: number;
  readonly outlier_low: Num;
  readonly outlier_high: Num;
  readonly smallest: readonly CountedValue[];
  readonly largest: readonly CountedValue[];
  readonly benford: { readonly first_digits: readonly number[]; readonly chi_squared: number } | null;
}

export interface Text {
  readonly min_length: number | null;
  readonly max_length: number | null;
  readonly mean_length: number | null;
  readonly median_length: number | null;
  readonly n_empty: number;
  readonly n_leading_trailing_whitespace: number;
  /** 1 - entropy / log2(classes): 0 even, 1 all in one class. */
  readonly imbalance: number | null;
  readonly min_value: string | null;
  readonly max_value: string | null;
  /** Of `sampled_values` distinct values: shape (A letter, 9 digit), letter case, scripts. */
  readonly patterns: readonly { readonly pattern: string; readonly count: number }[];
  readonly letter_case: {
    readonly upper: number;
    readonly lower: number;
    readonly mixed: number;
    readonly none: number;
  };
  readonly scripts: readonly { readonly script: string; readonly count: number }[];
  readonly sampled_values: number;
  readonly similar_values: readonly (readonly [string, string])[];
}

export interface Datetime {
  readonly format: string;
  readonly min: string | null;
  readonly max: string | null;
  readonly range_s: number | null;
  readonly n_future: number;
  readonly granularity: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'subsecond';
  readonly zoned: 'none' | 'all' | 'mixed';
  /** Values that are another day with the day first, where all may be read so. */
  readonly n_either_order: number;
  readonly usual_step_s: number | null;
  readonly n_gaps: number | null;
}

export interface Evidence {
  readonly what: string;
  readonly count: number;
  /** Up to 5 places: 1-based data row, physical line where the format has lines, and the value. */
  readonly where: readonly { readonly row: number; readonly line: number | null; readonly value: string }[];
}

export type PhysicalType =
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'text'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'nested'
  | 'binary'
  | 'empty';

export type LogicalType =
  | 'numeric'
  | 'categorical'
  | 'boolean'
  | 'datetime'
  | 'text'
  | 'id'
  | 'url'
  | 'email'
  | 'geo'
  | 'json'
  | 'constant'
  | 'unsupported';

export interface Column {
  readonly index: number;
  readonly name: string;
  readonly physical_type: PhysicalType;
  /** The type that the file itself declares (Parquet), or null. */
  readonly declared_type: string | null;
  readonly logical_type: LogicalType;
  readonly n: number;
  readonly count: number;
  readonly n_missing: number;
  readonly p_missing: number | null;
  readonly null_spellings: readonly { readonly spelling: string; readonly count: number }[];
  readonly n_distinct: number;
  readonly p_distinct: number | null;
  readonly n_unique: number;
  readonly p_unique: number | null;
  readonly is_unique: boolean;
  readonly top: readonly CountedValue[];
  readonly rare: readonly CountedValue[];
  readonly fingerprint: string;
  readonly numeric: Numeric | null;
  readonly text: Text | null;
  readonly datetime: Datetime | null;
  readonly boolean: { readonly n_true: number; readonly n_false: number } | null;
  readonly evidence: readonly Evidence[];
}

export interface NumericPair {
  readonly a: string;
  readonly b: string;
  readonly n: number;
  readonly pearson: number | null;
  readonly spearman: number | null;
}

export interface CategoryPair {
  readonly a: string;
  readonly b: string;
  readonly n: number;
  readonly cramers_v: number | null;
  /** Columns that were cut into 10 equal-width bins. */
  readonly binned: readonly string[];
}

export interface Pairs {
  readonly numeric: readonly NumericPair[];
  readonly categorical: readonly CategoryPair[];
  readonly missingness: readonly { readonly a: string; readonly b: string; readonly phi: number | null }[];
  /** Columns beyond this number take no part. */
  readonly column_limit: number;
  readonly columns_left_out: readonly string[];
}

export interface Dataset {
  readonly n_rows: number;
  readonly n_columns: number;
  readonly n_cells: number;
  readonly n_cells_missing: number;
  readonly p_cells_missing: number | null;
  /** Rows that repeat an earlier row; missing equals missing. */
  readonly n_duplicate_rows_extra: number;
  /** Different rows that occur more than once. */
  readonly n_duplicate_row_groups: number;
  readonly p_duplicate_row_groups: number | null;
  readonly primary_key_candidates: readonly string[];
  readonly bytes: number;
}

export type SampleRow = readonly (string | number | boolean | null)[];

export interface Profile {
  readonly format: Format;
  readonly rows: Rows;
  readonly dataset: Dataset;
  readonly columns: readonly Column[];
  readonly pairs: Pairs;
  readonly samples: { readonly head: SampleRow[]; readonly tail: SampleRow[]; readonly random: SampleRow[] };
  readonly missing_rule: string;
  readonly engine: { readonly name: string; readonly version: string };
  readonly max_resident_bytes: number;
}
