/**
 * How a delimited text is cut into fields, decided by our own count: DuckDB's sniffer silently reads a file with two
 * ragged rows as one column.
 */
import { CellKind, kindOfCell, PANDAS_MISSING } from './cell-kind.ts';

export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** What a quote inside quotes has before it: another one, or a backslash. */
  readonly escape: string;
}

const CANDIDATES = ['\t', ';', '|', ','] as const;
const MOST_LINES = 2000;

/** Chooses by the share of lines that agree on a number of fields above one. `text` is the beginning of the file. */
export function dialectOf(text: string, told: string): Dialect {
  const quote = quoteOf(text);
  const quoting = { quote, escape: escapeOf(text, quote) };
  if (told !== 'auto') return { delimiter: told, ...quoting };
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of CANDIDATES) {
    const score = consistencyOf(fieldCounts(text, { delimiter, ...quoting }));
    if (score > best.score + 1e-9) best = { delimiter, score };
  }
  if (best.score === 0 && isSpaced(parseRows(text, { delimiter: ' ', ...quoting }, MOST_LINES)))
    return { delimiter: ' ', ...quoting };
  return { delimiter: best.delimiter, ...quoting };
}

/** Sentences have spaces too: these have as many on each line, one each, and numbers in a column. */
function isSpaced(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...below] = rows;
  const width = below[0]?.length ?? 0;
  const even = below.every((row) => row.length === width && row.every((field) => field !== ''));
  // What R writes has a name less than fields where rows have names.
  const headed = first.length === width || (first.length === width - 1 && first.length > 1);
  if (below.length < 2 || width < 3 || !even || !headed) return false;
  return below[0]?.some((_, column) => below.every((row) => isNumberLike(row[column] ?? ''))) ?? false;
}

function isNumberLike(cell: string): boolean {
  const kind = kindOfCell(cell);
  return PANDAS_MISSING.includes(cell) || kind === CellKind.integer || kind === CellKind.decimal;
}

/** 0 where no line is cut; up to 2: share of lines at the usual count, plus 1 if the first line has at least that. */
function consistencyOf(counts: readonly number[]): number {
  const cut = counts.filter((count) => count > 1).length;
  if (cut === 0 || cut < counts.length / 2) return 0;
  const tally = new Map<number, number>();
  for (const count of counts) tally.set(count, (tally.get(count) ?? 0) + 1);
  const usual = [...tally].reduce((a, b) => (b[1] > a[1] ? b : a));
  if (usual[0] < 2) return 0;
  const first = counts[0] as number;
  return usual[1] / counts.length + (first >= usual[0] ? 1 : 0);
}

/** Fields of each non-blank line, quotes respected; the last line is left out when it may be cut off. */
function fieldCounts(text: string, dialect: Dialect): number[] {
  return parseRows(text, dialect, MOST_LINES).map((row) => row.length);
}

/** A plain parser for the beginning of a file. */
export function parseRows(text: string, dialect: Dialect, most: number): string[][] {
  const { delimiter, quote } = dialect;
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  let fresh = true;
  const endField = (): void => {
    row.push(field);
    field = '';
    fresh = true;
  };
  const endRow = (): void => {
    endField();
    if (row.length > 1 || (row[0] as string).trim() !== '') rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length && rows.length < most; at += 1) {
    const character = text[at] as string;
    if (quoted) {
      const next = text[at + 1];
      const pair = (character === quote && next === quote) || isEscape(character, next, dialect);
      if (pair) at += 1;
      if (pair || character !== quote) field += text[at] as string;
      else quoted = false;
    } else if (character === quote && fresh) {
      quoted = true;
      fresh = false;
    } else if (character === delimiter) endField();
    else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      endRow();
    } else {
      field += character;
      fresh = false;
    }
  }
  if (rows.length < most && (field !== '' || row.length > 0) && !quoted) endRow();
  return rows;
}

export const BACKSLASH = '\\';

/** Before anything else a backslash stands for itself. */
export function isEscape(
  character: string,
  next: string | undefined,
  { escape, quote }: Pick<Dialect, 'escape' | 'quote'>,
): boolean {
  return escape === BACKSLASH && character === BACKSLASH && (next === quote || next === BACKSLASH);
}

/** Spark and MySQL write a backslash before quotes; one that ends a field, as in a path, has a delimiter after its quote. */
function escapeOf(text: string, quote: string): string {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const escaped = count(new RegExp(`\\\\${quote}[^${quote},;|\\s]`, 'g'));
  const doubled = count(new RegExp(`[^${quote},;|\\s]${quote}${quote}[^${quote},;|\\s]`, 'g'));
  return escaped > doubled ? BACKSLASH : quote;
}

/** Single quotes only where they open and close fields and no double quote is there. */
function quoteOf(text: string): string {
  if (text.includes('"')) return '"';
  const opened = text.match(/(?:^|[,;|\t\n])'/g)?.length ?? 0;
  const closed = text.match(/'(?:[,;|\t\r\n]|$)/g)?.length ?? 0;
  return opened >= 4 && opened === closed ? "'" : '"';
}
