/** Is the first row a header? Decided by comparing it with the rows below it. */
import type { Format } from './profile-shape.ts';
import { CellKind, kindOfCell, PANDAS_MISSING } from './cell-kind.ts';

export interface Header {
  readonly present: boolean;
  readonly reason: string;
  readonly names: readonly string[];
  readonly duplicates: readonly string[];
  /** Zero-based row further down that looks like the real header, or null. */
  readonly suspectRow: number | null;
}

const COMPARED_ROWS = 500;
const LOOKED_AT_FOR_HEADER = 20;

export function headerOf(
  rows: readonly (readonly string[])[],
  width: number,
  told: 'auto' | 'first-row' | 'none',
): Header {
  const { present, reason } =
    told === 'auto' ? judge(rows, width) : { present: told === 'first-row', reason: 'as told' };
  const first = present ? (rows[0] ?? []) : [];
  const { names, duplicates } = namesOf(first, width);
  return { present, reason, names, duplicates, suspectRow: suspect(rows, present) };
}

/** What a format says of it, and of the rows above it that are no part of the table. */
export function headerFacts(
  { present, reason, duplicates, suspectRow }: Header,
  skippedRows: number,
): Pick<Format, 'header' | 'header_reason' | 'duplicate_headers' | 'skipped_rows' | 'header_suspect_row'> {
  return {
    header: present ? 'first-row' : 'none',
    header_reason: reason,
    duplicate_headers: duplicates,
    skipped_rows: skippedRows,
    header_suspect_row: suspectRow === null ? null : skippedRows + suspectRow,
  };
}

function judge(rows: readonly (readonly string[])[], width: number): { present: boolean; reason: string } {
  const first = rows[0] ?? [];
  const filled = first.filter((cell) => cell.trim() !== '').length;
  if (filled < Math.max(1, width / 2))
    return { present: false, reason: 'less than half of the first row is filled' };
  const { contrast, typed, alike } = contrastOf(rows, width);
  // A single odd value makes no header of a row.
  if (alike > 0 && alike >= contrast)
    return { present: false, reason: `the first row holds ${alike} values like those below them` };
  if (contrast > 0) return { present: true, reason: `${contrast} columns are named by text above values` };
  if (typed > 0) return { present: false, reason: `the first row holds ${typed} values, not names` };
  return { present: true, reason: 'the first row holds text only' };
}

/**
 * In how many columns the first row holds text above values; in how many it holds a value itself, and in how many of these
 * one of the sort below it. Years and counted columns are names.
 */
export function contrastOf(
  rows: readonly (readonly string[])[],
  width: number,
): { readonly contrast: number; readonly typed: number; readonly alike: number } {
  const first = rows[0] ?? [];
  const below = rows.slice(1, 1 + COMPARED_ROWS);
  let typed = 0;
  let contrast = 0;
  let alike = 0;
  const counted = isCounted(first);
  for (let column = 0; column < width; column += 1) {
    const top = kindOfCell(first[column] ?? '');
    const rest = below.map((row) => kindBelow(row[column] ?? '')).filter((kind) => kind !== CellKind.empty);
    const restTyped = rest.length > 0 && rest.every((kind) => kind !== CellKind.text);
    if (top === CellKind.text && restTyped) contrast += 1;
    if (top === CellKind.text || top === CellKind.empty || isYear(first[column] ?? '')) continue;
    typed += 1;
    if (!counted && rest.length > 0 && rest.every((kind) => sortOf(kind) === sortOf(top))) alike += 1;
  }
  return { contrast, typed, alike };
}

function sortOf(kind: CellKind): CellKind {
  return kind === CellKind.integer ? CellKind.decimal : kind;
}

/** Texts, then whole numbers from 0 or 1 on, as columns of a pivot are named. */
function isCounted(first: readonly string[]): boolean {
  const from = first.findIndex((cell) => kindOfCell(cell) === CellKind.integer);
  const start = Number(first[from]);
  return (
    (start === 0 || start === 1) && first.slice(from).every((cell, index) => Number(cell) === start + index)
  );
}

function isYear(cell: string): boolean {
  return /^(?:1[89]|20|21)\d\d$/.test(cell.trim());
}

/** As pandas names them: `a`, `a.1`; unnamed columns `Unnamed: 3`; without a header the column's number. */
function namesOf(first: readonly string[], width: number): { names: string[]; duplicates: string[] } {
  const names: string[] = [];
  const duplicates = new Set<string>();
  const taken = new Set<string>();
  for (let index = 0; index < width; index += 1) {
    const given = first.length === 0 ? String(index) : (first[index] ?? '') || `Unnamed: ${index}`;
    let name = given;
    for (let copy = 1; taken.has(name); copy += 1) {
      duplicates.add(given);
      name = `${given}.${copy}`;
    }
    taken.add(name);
    names.push(name);
  }
  return { names, duplicates: [...duplicates] };
}

function suspect(rows: readonly (readonly string[])[], present: boolean): number | null {
  const width = Math.max(0, ...rows.slice(0, COMPARED_ROWS).map((row) => row.length));
  const full = (row: readonly string[] | undefined): boolean =>
    row !== undefined && row.length === width && row.every((cell) => kindOfCell(cell) === CellKind.text);
  if (width < 2 || (present && full(rows[0]))) return null;
  const limit = Math.min(rows.length, LOOKED_AT_FOR_HEADER);
  for (let index = present ? 1 : 0; index < limit; index += 1) {
    const below = rows[index + 1];
    const typed = below?.some((cell) => !isNameLike(cell));
    if (full(rows[index]) && typed) return index;
  }
  return null;
}

function isNameLike(cell: string): boolean {
  const kind = kindOfCell(cell);
  return kind === CellKind.text || kind === CellKind.empty;
}

function kindBelow(cell: string): CellKind {
  return PANDAS_MISSING.includes(cell) ? CellKind.empty : kindOfCell(cell);
}
