/** Cuts off what stands above the table of a delimited text: lines that are told, notes that begin with #, `sep=;`. */
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bytesAt } from '../program/file-bytes.ts';
import { dialectOf, parseRows } from './dialect.ts';
import { contrastOf } from './header.ts';
import type { TableJob } from './job.ts';
import { beginningOf, type PlainText } from './plain-text.ts';
import { allSkipped } from './recognise.ts';

export interface BelowNotes {
  readonly text: PlainText;
  /** Lines above it that say something. */
  readonly skippedRows: number;
  /** Those and the blank ones. */
  readonly skippedLines: number;
  /** As told, by the caller or by the file; or auto. */
  readonly delimiter: string;
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is longer than that stands above no table. */
const MOST_BYTES = 16 * 1024 * 1024;
const COMPARED_ROWS = 600;
const [LF, CR] = [10, 13];
const MARK = Buffer.from('\ufeff');
/** Tells Excel the delimiter. */
const SEPARATOR = /^\ufeff?"?sep=([\t\x20-\x7e])"?(?:\r\n?|\n)/i;

/** Throws EMPTY_TABLE where nothing is left below the lines that are told. */
export async function belowNotes(text: PlainText, job: TableJob): Promise<BelowNotes> {
  const { skipRows, header } = job.options;
  const said = SEPARATOR.exec(text.beginning)?.[1];
  const delimiter = job.options.delimiter === 'auto' ? (said ?? 'auto') : job.options.delimiter;
  const mayBegin = said !== undefined || (header !== 'none' && /^\ufeff?\s*#/.test(text.beginning));
  const bytes = skipRows === 'auto' && !mayBegin ? Buffer.alloc(0) : bytesAt(text.path, 0, MOST_BYTES);
  const told = said !== undefined && skipRows === 'auto' ? 1 : skipRows;
  const above = told === 'auto' ? notes(text.path, bytes, delimiter) : firstLines(bytes, told);
  const skippedRows = above.filter((line) => !isBlank(line)).length;
  const start = above.at(-1)?.to;
  if (told !== 'auto' && (start ?? 0) >= bytes.length) throw allSkipped(skippedRows);
  if (start === undefined) return { text, skippedRows: 0, skippedLines: 0, delimiter };
  const path = join(job.directory, 'below-notes');
  await pipeline(createReadStream(text.path, { start }), createWriteStream(path));
  return {
    text: { ...text, path, beginning: beginningOf(path), rewritten: true },
    skippedRows,
    skippedLines: above.length,
    delimiter,
  };
}

/** As many lines that say something, and the blank ones among them. */
function firstLines(bytes: Buffer, count: number): readonly Line[] {
  const above: Line[] = [];
  let filled = 0;
  for (const line of linesOf(bytes)) {
    if (filled === count) break;
    above.push(line);
    if (!isBlank(line)) filled += 1;
  }
  return above;
}

/** The lines that begin with #, up to one that may be the header or the first row. */
function notes(path: string, bytes: Buffer, delimiter: string): readonly Line[] {
  const marked: Line[] = [];
  let table: number | null = null;
  for (const line of linesOf(bytes)) {
    if (isBlank(line) || line.text.startsWith('#')) marked.push(line);
    else {
      table = line.from;
      break;
    }
  }
  if (table === null) return [];
  const below = beginningOf(path, table);
  const dialect = dialectOf(below, delimiter);
  const rows = parseRows(below, dialect, COMPARED_ROWS);
  const width = widthOf(rows[0]);
  const { contrast, typed } = contrastOf(rows, width);
  if (contrast > 0) return marked;
  const header = marked.findIndex(({ text }) => {
    const fields = widthOf(parseRows(text, dialect, 1)[0]);
    // A space after the mark is what notes have; headers have it in what numpy writes, above numbers.
    const close = !/^#\s/.test(text);
    // The column of row names is often without a name.
    return (fields === width && (close || typed > 0)) || (close && fields > 1 && fields === width - 1);
  });
  return header < 0 ? marked : marked.slice(0, header);
}

function widthOf(row: readonly string[] = []): number {
  return row.findLastIndex((field) => field.trim() !== '') + 1;
}

function isBlank({ text }: Line): boolean {
  return text.trim() === '';
}

function* linesOf(bytes: Buffer): Generator<Line> {
  let from = bytes.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0;
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue;
    const text = bytes.toString('utf8', from, at);
    if (bytes[at] === CR && bytes[at + 1] === LF) at += 1;
    yield { from, to: at + 1, text };
    from = at + 1;
  }
  if (from < bytes.length) yield { from, to: bytes.length, text: bytes.toString('utf8', from) };
}
