/** A header that is one field shorter than the rows: what R writes where rows have names, and pandas reads as an index. */
import { CellKind, kindOfCell } from './cell-kind.ts';
import type { Dialect } from './dialect.ts';

type Row = readonly string[];

/** The header with an empty name for the column of row names, or null where it is no such header. */
export function headedRowNames(
  rows: readonly Row[],
  width: number,
  { delimiter, quote }: Dialect,
  text: string,
): Row | null {
  const [first = [], ...below] = rows;
  if (first.length !== width - 1 || width < 3 || below.length === 0) return null;
  if (!first.every((name) => kindOfCell(name) === CellKind.text)) return null;
  if (!below.every((row) => row.length === width) || below.every((row) => row.at(-1) === '')) return null;
  const names = below.map(([name]) => name ?? '');
  if (new Set(names).size < names.length) return null;
  if (names.every((name) => kindOfCell(name) === CellKind.text)) return ['', ...first];
  // Numbers may as well be values, and the header lacks its last name; R writes its own between quotes.
  const quoted = new RegExp(`[\\r\\n]${quote}[^${quote}\\r\\n]*${quote}`).test(text);
  const counted = names.every((name, index) => name === String(index + 1));
  return quoted || (counted && (delimiter === ' ' || delimiter === '\t')) ? ['', ...first] : null;
}
