/** What the child that holds DuckDB is told. */
export interface TableLimits {
  /** Most bytes that a compressed file may unfold to. */
  readonly decompressedBytes: number;
  /** Most bytes out per byte in; small files may always unfold to 64 MiB. */
  readonly decompressionRatio: number;
  /** Longest single record (a line, a JSON object, a sheet's row). */
  readonly recordBytes: number;
  /** Deepest nesting of a JSON record. DuckDB's own parser dies of 100,000 levels. */
  readonly jsonDepth: number;
  /** DuckDB's memory_limit. Its resident size overshoots: 320 MB stays below 1 GB resident. */
  readonly memoryBytes: number;
  readonly spillBytes: number;
  readonly threads: number;
}

export interface TableOptions {
  /** auto: decided by comparing the first row with the rows below; first-row, none: as told. */
  readonly header: 'auto' | 'first-row' | 'none';
  /** Rows above the header; auto: those of a delimited text that begin with #, as below-notes.ts finds them. */
  readonly skipRows: number | 'auto';
  /** Name of the encoding of a text, or auto. */
  readonly encoding: string;
  /** One character, or auto. */
  readonly delimiter: string;
  /** Texts that count as missing in CSV, TSV and XLSX. */
  readonly nullSpellings: readonly string[];
  /** Sheet of a workbook: its name, or empty for the first visible one that holds cells. */
  readonly sheet: string;
  /** Decides what lies in the future. ISO 8601. */
  readonly now: string;
}

export interface TableJob {
  readonly inputPath: string;
  readonly directory: string;
  readonly options: TableOptions;
  readonly limits: TableLimits;
}

export const MEBIBYTE = 1024 * 1024;
export const GIBIBYTE = 1024 * MEBIBYTE;

export const TABLE_LIMITS: TableLimits = {
  decompressedBytes: 16 * GIBIBYTE,
  decompressionRatio: 200,
  recordBytes: 64 * MEBIBYTE,
  jsonDepth: 128,
  memoryBytes: 320 * MEBIBYTE,
  spillBytes: 64 * GIBIBYTE,
  threads: 2,
};
