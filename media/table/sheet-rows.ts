/**
 * Rows of one sheet as text: numbers shortest, dates as `2016-01-10 00:00:00`, elapsed time as `26:30:00`, truth values as
 * True and False.
 */
import type { Workbook } from './workbook.ts';
import { attribute, parseXml } from './xml.ts';
import { corrupt, type Zip } from './zip.ts';

export type SheetCell = string | null;

export interface SheetShape {
  /** Last row and column that hold something. */
  readonly rows: number;
  readonly columns: number;
  readonly formulas: number;
  /** Where the table begins, zero-based. */
  readonly firstRow: number;
  /** Last column that holds something, counted from the first row of the table. */
  readonly width: number;
  /** By column: does every cell below the first row of the table that holds something hold a date. */
  readonly moments: readonly boolean[];
}

const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
const MS_PER_DAY = 86_400_000;

interface Position {
  row: number;
  column: number;
  cells: SheetCell[];
  type: string;
  style: number;
  value: string;
  taking: boolean;
  rows: number;
  columns: number;
  width: number;
  formulas: number;
  readonly moments: boolean[];
  /** Null before the first row that holds something, where that is looked for. */
  firstRow: number | null;
}

/**
 * `onRow` is called for rows that hold something, with their zero-based number. The table begins at `firstRow`, or at the
 * first row that holds something where that is null; what stands above it is counted too.
 */
export async function readSheet(
  zip: Zip,
  workbook: Workbook,
  part: string,
  onRow: (cells: SheetCell[], row: number) => void,
  firstRow: number | null = 0,
): Promise<SheetShape> {
  const here: Position = {
    ...{ row: -1, column: -1, cells: [], type: 'n', style: 0, value: '', taking: false },
    ...{ rows: 0, columns: 0, width: 0, formulas: 0, moments: [], firstRow },
  };
  await parseXml(zip.pieces(part), {
    open: (name, attributes) => openElement(here, name, attributes),
    close: (name) => {
      if (name === 'v' || name === 't') here.taking = false;
      else if (name === 'c') endCell(here, workbook);
      else if (name === 'row' && here.cells.length > 0) {
        here.rows = here.row + 1;
        here.columns = Math.max(here.columns, here.cells.length);
        if (here.row >= (here.firstRow ?? 0)) here.width = Math.max(here.width, here.cells.length);
        onRow(here.cells, here.row);
      }
    },
    text: (text) => {
      if (here.taking) here.value += text;
    },
  });
  const { rows, columns, width, formulas, moments } = here;
  return {
    rows,
    columns,
    width,
    formulas,
    firstRow: here.firstRow ?? 0,
    moments: Array.from({ length: width }, (_, index) => moments[index] ?? false),
  };
}

function openElement(here: Position, name: string, attributes: string): void {
  if (name === 'row') {
    here.row = placed(attribute(attributes, 'r'), here.row, MOST_ROWS);
    here.column = -1;
    here.cells = [];
  } else if (name === 'c') {
    here.column = columnOf(attribute(attributes, 'r'), here.column);
    here.type = attribute(attributes, 't') ?? 'n';
    here.style = Number(attribute(attributes, 's') ?? 0);
    here.value = '';
  } else if (name === 'v' || name === 't') here.taking = true;
  else if (name === 'f') here.formulas += 1;
}

function endCell(here: Position, workbook: Workbook): void {
  const { cells, column, type, style } = here;
  const text = cellText(workbook, type, style, here.value);
  if (text === null || text === '') return;
  while (cells.length < column) cells.push(null);
  cells[column] = text;
  const isMoment = type === 'n' && workbook.styles[style] === 'moment' && /^\d{4}-/.test(text);
  here.firstRow ??= here.row;
  if (here.row > here.firstRow) here.moments[column] = isMoment && (here.moments[column] ?? true);
}

function placed(reference: string | null, before: number, most: number): number {
  const index = reference === null ? before + 1 : Number(reference) - 1;
  if (!Number.isInteger(index) || index <= before || index >= most)
    throw corrupt('its rows are out of order');
  return index;
}

function columnOf(reference: string | null, before: number): number {
  if (reference === null) return before + 1;
  let index = 0;
  for (const letter of reference) {
    const digit = letter.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    index = index * 26 + digit;
  }
  if (index < 1 || index > MOST_COLUMNS) throw corrupt('a cell lies outside of the sheet');
  return index - 1;
}

function cellText(workbook: Workbook, type: string, style: number, value: string): SheetCell {
  if (type === 's') return value === '' ? null : (workbook.sharedTexts[Number(value)] ?? null);
  if (type === 'b') return value === '1' ? 'True' : 'False';
  if (type === 'e' || value === '') return null;
  if (type !== 'n') return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const shown = workbook.styles[style] ?? 'number';
  if (shown === 'elapsed') return elapsedText(number);
  return shown === 'moment' ? dateText(number, workbook.epoch1904) : String(number);
}

/** Of days: hours, minutes, seconds. */
function elapsedText(days: number): string {
  const ms = Math.round(Math.abs(days) * MS_PER_DAY);
  const clock = new Date(ms % 3_600_000).toISOString();
  const hours = String(Math.floor(ms / 3_600_000)).padStart(2, '0');
  return `${days < 0 ? '-' : ''}${hours}:${clock.slice(14, ms % 1000 === 0 ? 19 : 23)}`;
}

/** Excel counts days from 1899-12-30, except that it believes in 29 February 1900. */
function dateText(serial: number, epoch1904: boolean): string {
  if (serial >= 0 && serial < 1) return new Date(Math.round(serial * MS_PER_DAY)).toISOString().slice(11, 19);
  const days = epoch1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  const date = new Date(Date.UTC(1899, 11, 30) + Math.round(days * MS_PER_DAY));
  if (Number.isNaN(date.getTime())) return String(serial);
  const text = date.toISOString();
  const fraction = date.getUTCMilliseconds() === 0 ? '' : text.slice(19, 23);
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction}`;
}
