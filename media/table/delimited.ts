/** CSV and TSV: read in place when clean, else rewritten record by record. */
import { join } from 'node:path';
import { scanDelimited, type Scan } from './csv-scan.ts';
import { fitRecords, readRecords } from './csv-rewrite.ts';
import { type Dialect, dialectOf, parseRows } from './dialect.ts';
import { allSkipped, emptyFile } from './recognise.ts';
import type { TableJob } from './job.ts';
import type { PlainText } from './plain-text.ts';
import { type Header, headerOf } from './header.ts';
import { openRecords } from './records.ts';
import { csvRelation, NO_ROWS_LOST, PLAIN_FORMAT, type TableSource } from './source.ts';
import type { Format, Rows } from './profile-shape.ts';

export async function readDelimited(
  job: TableJob,
  text: PlainText,
  onBytes: (done: number) => void,
): Promise<TableSource> {
  const dialect = dialectOf(text.beginning, job.options.delimiter);
  const scan = await scanDelimited(text.path, dialect, onBytes);
  if (scan.records === 0) throw emptyFile();
  const cut = cutOf(text, dialect, scan, job.options);
  const { header, skipped, width } = cut;
  const clean = skipped === 0 && isClean(scan, width) && !(text.bom && !header.present);
  return {
    values: 'texts' as const,
    names: header.names,
    hints: header.names.map(() => 'any' as const),
    nullSpellings: job.options.nullSpellings,
    missingRule: 'as pandas.read_csv: empty fields and the null spellings listed, quoted or not',
    format: formatOf(text, scan, cut, !clean || text.rewritten),
    ...(clean ? inPlace(text, scan, cut) : await rewritten(job, text, cut, onBytes)),
  };
}

interface Cut {
  readonly dialect: Dialect;
  readonly width: number;
  readonly header: Header;
  /** Rows above the header. */
  readonly skipped: number;
}

function cutOf(text: PlainText, dialect: Dialect, scan: Scan, options: TableJob['options']): Cut {
  const first = parseRows(text.beginning, dialect, 600);
  const skipped = skippedRows(first, options.skipRows);
  if (skipped >= scan.records) throw allSkipped(scan.records);
  const rows = first.slice(skipped);
  const usual = [...scan.widths].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  // The header's width; or that of most records, where they have more.
  const width = Math.max(usual, rows[0]?.length ?? 1);
  return { dialect, width, skipped, header: headerOf(rows, width, options.header) };
}

type Body = Pick<TableSource, 'relation' | 'rows' | 'expectedRows' | 'lineOf'>;

function inPlace(text: PlainText, scan: Scan, { dialect, width, header }: Cut): Body {
  const headerRecords = header.present ? 1 : 0;
  return {
    relation: csvRelation({
      path: text.path,
      columns: width,
      ...dialect,
      skipFirst: header.present,
      crlf: scan.newline === 'crlf',
      longestBytes: scan.longestLineBytes,
      quotedEmptyIsMissing: true,
      padded: false,
    }),
    rows: NO_ROWS_LOST,
    expectedRows: scan.records - headerRecords,
    lineOf: (row) => scan.lineOf(row + headerRecords),
  };
}

function isClean(scan: Scan, width: number): boolean {
  const regular = scan.widths.size === 1 && scan.widths.has(width);
  const newlines = scan.newline === 'lf' || scan.newline === 'crlf';
  const wellQuoted = scan.oddQuotes === 0 && !scan.unterminatedQuote;
  return regular && newlines && wellQuoted && scan.blankLines === 0 && !scan.zeros;
}

/** A header that begins with # has a name for every column, a note has not. */
function skippedRows(first: readonly (readonly string[])[], told: number | 'auto'): number {
  if (told !== 'auto') return told;
  const marked = (row: readonly string[]): boolean => row[0]?.startsWith('#') === true;
  const width = first.find((row) => !marked(row))?.length ?? 0;
  return Math.max(
    0,
    first.findIndex((row) => !marked(row) || row.length >= width),
  );
}

async function rewritten(
  job: TableJob,
  text: PlainText,
  { dialect, width, header, skipped }: Cut,
  onBytes: (done: number) => void,
): Promise<Body> {
  const path = join(job.directory, 'records.csv');
  const writer = openRecords(path);
  const fit = fitRecords(writer, width);
  const lines: number[] = [];
  let above = skipped + (header.present ? 1 : 0);
  const take = (fields: string[], line: number, closed: boolean): void => {
    const before = writer.count();
    if (above > 0) above -= 1;
    else fit.take(fields, line, closed);
    // A line number for each record is kept only where they do not simply count up.
    if (writer.count() > before && lines.length < MOST_LINES) lines.push(line);
  };
  await readRecords(text.path, dialect, job.limits.recordBytes, take, onBytes);
  writer.close();
  const rows: Rows = {
    n_rejected: fit.nRejected,
    n_padded: fit.nPadded,
    rejected: fit.rejected,
    padded: fit.padded,
  };
  return {
    relation: recordsRelation(path, width, writer.longest()),
    rows,
    expectedRows: writer.count(),
    lineOf: (row) => lines[row] ?? null,
  };
}

const MOST_LINES = 2_000_000;

/** The relation of a file that `openRecords` wrote. */
export function recordsRelation(path: string, columns: number, longestBytes: number, padded = false): string {
  return csvRelation({
    ...{ path, columns, longestBytes, padded },
    ...{ delimiter: ',', quote: '"', skipFirst: false, crlf: false, quotedEmptyIsMissing: false },
  });
}

function formatOf(text: PlainText, scan: Scan, cut: Cut, normalised: boolean): Format {
  const { dialect, header, skipped } = cut;
  const tabbed = dialect.delimiter === '\t';
  return {
    ...PLAIN_FORMAT,
    container: tabbed ? 'tsv' : 'csv',
    mime: tabbed ? 'text/tab-separated-values' : 'text/csv',
    compression: text.compression,
    encoding: text.encoding,
    bom: text.bom,
    invalid_sequences: text.invalidSequences,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    newline: scan.newline,
    header: header.present ? 'first-row' : 'none',
    header_reason: header.reason,
    duplicate_headers: header.duplicates,
    skipped_rows: skipped,
    header_suspect_row: header.suspectRow === null ? null : skipped + header.suspectRow,
    blank_lines: scan.blankLines,
    longest_line_bytes: scan.longestLineBytes,
    normalised,
  };
}
