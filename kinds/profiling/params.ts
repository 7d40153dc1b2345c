/** The largest `skip_rows`. */
export const MOST_SKIPPED_ROWS = 100;

/** What a caller may set for a profile; everything has a default. Checked by params-schema.ts at the edges. */
export interface ProfilingParams {
  /** Is the first row a header? `auto` compares it with the rows below. */
  readonly header?: 'auto' | 'first-row' | 'none';
  /**
   * Lines above the header of a CSV or TSV that are no part of the table, blank ones not counted; or rows of a sheet,
   * all counted. Unless said, those of a text that begin with `#`, except for what may be the header or a row.
   */
  readonly skip_rows?: number;
  /** Read a text in this encoding; found by itself when left out. */
  readonly encoding?: string;
  /** One character; found by itself when left out. */
  readonly delimiter?: string;
  /** Texts that count as missing in CSV, TSV and XLSX; replaces the default list. Empty fields always do. */
  readonly null_spellings?: readonly string[];
  /** Sheet of a workbook; the first visible one that holds cells when left out. */
  readonly sheet?: string;
}

/** The spellings that pandas reads as missing (1.x; 2.x adds `None`). */
const NULL_SPELLINGS: readonly string[] = [
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'n/a',
  'nan',
  'null',
];

export interface ProfilingSettings {
  readonly header: 'auto' | 'first-row' | 'none';
  readonly skipRows: number | 'auto';
  readonly encoding: string;
  readonly delimiter: string;
  readonly nullSpellings: readonly string[];
  readonly sheet: string;
}

export function profilingSettings(params: ProfilingParams): ProfilingSettings {
  return {
    header: params.header ?? 'auto',
    skipRows: params.skip_rows ?? 'auto',
    encoding: params.encoding ?? 'auto',
    delimiter: params.delimiter ?? 'auto',
    nullSpellings: params.null_spellings ?? NULL_SPELLINGS,
    sheet: params.sheet ?? '',
  };
}
