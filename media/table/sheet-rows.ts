/** Rows of one sheet as text: numbers shortest, dates as `2016-01-10 00:00:00`, truth values as True and False. */
import type { Workbook } from './workbook.ts';
import { attribute, parseXml } from './xml.ts';
import { corrupt, type Zip } from './zip.ts';

export type SheetCell = string | null;

export interface SheetShape {
  /** Last row and column that hold something. */
  readonly rows: number;
  readonly columns: number;
  readonly formulas: number;
  /** By column: does every cell below the first row that holds something hold a date. */
  readonly moments: readonly boolean[];
}

const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
const MS_PER_DAY = 86_400_000;

/** `onRow` is called for rows that hold something, with their zero-based number. */
export async function readSheet(
  zip: Zip,
  workbook: Workbook,
  part: string,
  onRow: (cells: SheetCell[], row: number) => void,
): Promise<SheetShape> {
  let row = -1;
  let column = -1;
  let cells: SheetCell[] = [];
  let type = 'n';
  let style = 0;
  let value = '';
  let taking = false;
  let rows = 0;
  let columns = 0;
  let formulas = 0;
  const moments: boolean[] = [];
  const finishCell = (): void => {
    const text = cellText(workbook, type, style, value);
    if (text === null || text === '') return;
    while (cells.length < column) cells.push(null);
    cells[column] = text;
    const isMoment = type === 'n' && workbook.dateStyles[style] === true && /^\d{4}-/.test(text);
    if (row > 0) moments[column] = isMoment && (moments[column] ?? true);
  };
  await parseXml(zip.pieces(part), {
    open: (name, attributes) => {
      if (name === 'row') {
        row = placed(attribute(attributes, 'r'), row, MOST_ROWS);
        column = -1;
        cells = [];
      } else if (name === 'c') {
        column = columnOf(attribute(attributes, 'r'), column);
        type = attribute(attributes, 't') ?? 'n';
        style = Number(attribute(attributes, 's') ?? 0);
        value = '';
      } else if (name === 'v' || name === 't') taking = true;
      else if (name === 'f') formulas += 1;
    },
    close: (name) => {
      if (name === 'v' || name === 't') taking = false;
      else if (name === 'c') finishCell();
      else if (name === 'row' && cells.length > 0) {
        rows = row + 1;
        columns = Math.max(columns, cells.length);
        onRow(cells, row);
      }
    },
    text: (text) => {
      if (taking) value += text;
    },
  });
  return {
    rows,
    columns,
    formulas,
    moments: Array.from({ length: columns }, (_, index) => moments[index] ?? false),
  };
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
  return workbook.dateStyles[style] ? dateText(number, workbook.epoch1904) : String(number);
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
