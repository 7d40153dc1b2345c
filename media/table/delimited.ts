/** CSV and TSV: read in place when clean, else rewritten record by record. */
import { join } from 'node:path';
import { type BelowNotes, belowNotes } from './below-notes.ts';
import { scanDelimited, type Scan } from './csv-scan.ts';
import { fitRecords, readRecords } from './csv-rewrite.ts';
import { BACKSLASH, type Dialect, dialectOf, parseRows } from './dialect.ts';
import { emptyFile } from './recognise.ts';
import type { TableJob } from './job.ts';
import type { PlainText } from './plain-text.ts';
import { type Header, headerFacts, headerOf } from './header.ts';
import { openRecords } from './records.ts';
import { headedRowNames } from './row-names.ts';
import { csvRelation, NO_ROWS_LOST, PLAIN_FORMAT, type TableSource } from './source.ts';
import type { Format, Rows } from './profile-shape.ts';

export async function readDelimited(
  job: TableJob,
  given: PlainText,
  onBytes: (done: number) => void,
): Promise<TableSource> {
  const below = await belowNotes(given, job);
  const { text } = below;
  const dialect = dialectOf(text.beginning, below.delimiter);
  const scan = await scanDelimited(text.path, dialect, onBytes);
  if (scan.records === 0) throw emptyFile();
  const cut = cutOf(below, dialect, scan, job.options);
  const { header, width } = cut;
  const escaped = dialect.escape === BACKSLASH;
  const clean = isClean(scan, width) && !escaped && !(text.bom && !header.present);
  return {
    values: 'texts' as const,
    names: header.names,
    hints: header.names.map(() => 'any' as const),
    nullSpellings: job.options.nullSpellings,
    missingRule: 'as pandas.read_csv: empty fields and the null spellings listed, quoted or not',
    format: formatOf(cut, scan, !clean || text.rewritten),
    ...(clean ? inPlace(cut, scan) : await rewritten(job, cut, onBytes)),
  };
}

/** How the text below the notes is cut into fields. */
interface Cut extends BelowNotes {
  readonly dialect: Dialect;
  readonly width: number;
  readonly header: Header;
}

function cutOf(below: BelowNotes, dialect: Dialect, scan: Scan, options: TableJob['options']): Cut {
  const { beginning } = below.text;
  const rows = parseRows(beginning, dialect, 600);
  // The scan knows doubled quotes only.
  const widths = dialect.escape === BACKSLASH ? widthsOf(rows) : scan.widths;
  const usual = [...widths].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  // The header's width; or that of most records, where they have more.
  const width = Math.max(usual, rows[0]?.length ?? 1);
  const named = options.header === 'none' ? null : headedRowNames(rows, width, dialect, beginning);
  const shown = named ? [named, ...rows.slice(1)] : rows;
  const header = headerOf(shown, width, named ? 'first-row' : options.header);
  return {
    ...below,
    dialect,
    width,
    header: named ? { ...header, reason: ROW_NAMES, suspectRow: null } : header,
  };
}

function widthsOf(rows: readonly (readonly string[])[]): Map<number, number> {
  const widths = new Map<number, number>([[1, 0]]);
  for (const { length } of rows) widths.set(length, (widths.get(length) ?? 0) + 1);
  return widths;
}

const ROW_NAMES = 'the first row is one field shorter than the rows, whose first field is their name';

type Body = Pick<TableSource, 'relation' | 'rows' | 'expectedRows' | 'lineOf'>;

function inPlace({ text, dialect, width, header, skippedLines }: Cut, scan: Scan): Body {
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
    lineOf: (row) => {
      const line = scan.lineOf(row + headerRecords);
      return line === null ? null : line + skippedLines;
    },
  };
}

function isClean(scan: Scan, width: number): boolean {
  const regular = scan.widths.size === 1 && scan.widths.has(width);
  const newlines = scan.newline === 'lf' || scan.newline === 'crlf';
  const wellQuoted = scan.oddQuotes === 0 && !scan.unterminatedQuote;
  return regular && newlines && wellQuoted && scan.blankLines === 0 && !scan.zeros;
}

async function rewritten(
  job: TableJob,
  { text, dialect, width, header, skippedLines }: Cut,
  onBytes: (done: number) => void,
): Promise<Body> {
  const path = join(job.directory, 'records.csv');
  const writer = openRecords(path);
  const fit = fitRecords(writer, width);
  const lines: number[] = [];
  let skip = header.present;
  const take = (fields: string[], lineBelow: number, closed: boolean): void => {
    const line = lineBelow + skippedLines;
    const before = writer.count();
    if (skip) skip = false;
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

function formatOf(cut: Cut, scan: Scan, normalised: boolean): Format {
  const { text, dialect, header, skippedRows } = cut;
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
    ...headerFacts(header, skippedRows),
    blank_lines: scan.blankLines,
    longest_line_bytes: scan.longestLineBytes,
    normalised,
  };
}
