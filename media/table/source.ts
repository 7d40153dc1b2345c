/** From the file as it came to something the engine can read: what every format's reader gives. */
import type { Format, Rows } from './profile-shape.ts';
import { MISSING_ALONE } from './records.ts';

/** What a format says about a column's type; `any`: nothing, its texts decide. */
export type TypeHint = 'any' | 'text' | 'number' | 'boolean' | 'nested' | 'moment';

export interface TableSource {
  /** Texts in columns c0..cN (from CSV), or typed values (Parquet). */
  readonly values: 'texts' | 'typed';
  /** What stands after FROM. */
  readonly relation: string;
  readonly names: readonly string[];
  readonly hints: readonly TypeHint[];
  /** Texts that mean missing; empty where the format has its own missing. */
  readonly nullSpellings: readonly string[];
  readonly missingRule: string;
  readonly format: Format;
  readonly rows: Rows;
  /** Counted by us while reading; the loaded table must have as many. */
  readonly expectedRows: number | null;
  /** Physical line of a zero-based data row, where the format has lines. */
  readonly lineOf: (row: number) => number | null;
}

export const NO_ROWS_LOST: Rows = { n_rejected: 0, n_padded: 0, rejected: [], padded: [] };

export const PLAIN_FORMAT: Format = {
  container: 'csv',
  mime: 'text/csv',
  compression: 'none',
  encoding: null,
  bom: false,
  invalid_sequences: 0,
  delimiter: null,
  quote: null,
  newline: null,
  header: 'names',
  header_reason: '',
  duplicate_headers: [],
  skipped_rows: 0,
  header_suspect_row: null,
  blank_lines: 0,
  longest_line_bytes: null,
  normalised: false,
  parquet: null,
  sheets: [],
  sheet: null,
};

export interface CsvReading {
  readonly path: string;
  readonly columns: number;
  readonly delimiter: string;
  readonly quote: string;
  readonly skipFirst: boolean;
  readonly crlf: boolean;
  readonly longestBytes: number;
  /** Bare empty fields are missing; are quoted ones too? */
  readonly quotedEmptyIsMissing: boolean;
  /** Records may be short: what is absent is missing. */
  readonly padded: boolean;
}

const SMALLEST_BUFFER_BYTES = 8_000_000;

/** Every decision is ours and told: DuckDB sniffs nothing. */
export function csvRelation(reading: CsvReading): string {
  const columns = Array.from({ length: reading.columns }, (_, index) => `'c${index}': 'VARCHAR'`);
  const line = reading.longestBytes + 1024;
  const options = [
    'auto_detect = false',
    `header = ${reading.skipFirst}`,
    `delim = ${sqlText(reading.delimiter)}`,
    `quote = ${sqlText(reading.quote)}`,
    `escape = ${sqlText(reading.quote)}`,
    `new_line = '${reading.crlf ? '\\r\\n' : '\\n'}'`,
    `nullstr = [${missingTexts(reading).map(sqlText).join(', ')}]`,
    `allow_quoted_nulls = ${reading.quotedEmptyIsMissing}`,
    `max_line_size = ${line}`,
    `buffer_size = ${Math.max(SMALLEST_BUFFER_BYTES, line * 2)}`,
    ...(reading.padded ? ['null_padding = true', 'parallel = false'] : []),
    `columns = {${columns.join(', ')}}`,
  ];
  return `read_csv(${sqlText(reading.path)}, ${options.join(', ')})`;
}

/** In a table of one column that we wrote, a missing value has a text of its own. */
function missingTexts(reading: CsvReading): readonly string[] {
  return reading.columns === 1 && !reading.quotedEmptyIsMissing ? ['', MISSING_ALONE] : [''];
}

function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
