/** One sheet of a workbook as a table, and the list of all of them. */
import { join } from 'node:path';
import { recordsRelation } from './delimited.ts';
import { TableFailure } from './failure.ts';
import { headerFacts, headerOf } from './header.ts';
import type { TableJob } from './job.ts';
import type { SheetInfo } from './profile-shape.ts';
import { allSkipped } from './recognise.ts';
import { openRecords } from './records.ts';
import { readSheet } from './sheet-rows.ts';
import { NO_ROWS_LOST, PLAIN_FORMAT, type TableSource } from './source.ts';
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts';
import { openZip, type Zip } from './zip.ts';

const FIRST_ROWS = 500;

/** Throws NOT_A_TABLE, XLSX_CORRUPT, XLSX_BOMB, SHEET_NOT_FOUND, EMPTY_TABLE. */
export async function readXlsxTable(
  job: TableJob,
  path: string,
  onRows: (done: number) => void,
): Promise<TableSource> {
  const zip = openZip(path, job.limits);
  try {
    const workbook = await readWorkbook(zip);
    const surveyed: Surveyed[] = [];
    const { skipRows } = job.options;
    // Notes in a sheet have no mark of their own, and are told; rows that hold nothing are seen.
    const begins = skipRows === 'auto' ? null : skipRows;
    for (const sheet of workbook.sheets) {
      const shape = await readSheet(zip, workbook, sheet.part, (_cells, row) => onRows(row), begins);
      surveyed.push({ name: sheet.name, hidden: sheet.hidden, ...shape, sheet });
    }
    const chosen = choose(surveyed, job.options.sheet);
    const sheets = surveyed.map(({ name, rows, columns, hidden, formulas }) => ({
      name,
      rows,
      columns,
      hidden,
      formulas,
    }));
    return await sheetSource(job, { zip, workbook, chosen, sheets }, onRows);
  } finally {
    zip.close();
  }
}

function choose<Info extends SheetInfo>(sheets: readonly Info[], told: string): Info {
  const named = sheets.find((sheet) => sheet.name === told);
  const filled = sheets.filter((sheet) => sheet.rows > 0);
  const chosen = told === '' ? (filled.find((sheet) => !sheet.hidden) ?? filled[0]) : named;
  if (chosen && chosen.rows > 0) return chosen;
  if (told !== '' && !named) {
    const names = sheets.map((sheet) => sheet.name).join(', ');
    throw new TableFailure('SHEET_NOT_FOUND', `The workbook has no sheet ${told}.`, `It has: ${names}.`);
  }
  throw new TableFailure(
    'EMPTY_TABLE',
    'No cell of the workbook holds a value.',
    'Check that it was saved with its values.',
  );
}

interface Surveyed extends SheetInfo {
  readonly sheet: Sheet;
  readonly firstRow: number;
  readonly width: number;
  readonly moments: readonly boolean[];
}

interface Chosen {
  readonly zip: Zip;
  readonly workbook: Workbook;
  readonly chosen: Surveyed;
  readonly sheets: readonly SheetInfo[];
}

async function sheetSource(
  job: TableJob,
  from: Chosen,
  onRows: (done: number) => void,
): Promise<TableSource> {
  const { chosen, sheets } = from;
  const skipped = chosen.firstRow;
  if (skipped >= chosen.rows) throw allSkipped(chosen.rows);
  const header = headerOf(await firstRows(from), chosen.width, job.options.header);
  const path = join(job.directory, 'records.csv');
  const headerRows = skipped + (header.present ? 1 : 0);
  const written = await writeSheet(from, path, headerRows, onRows);
  return {
    values: 'texts',
    relation: recordsRelation(path, chosen.width, written.longestBytes),
    names: header.names,
    // With a header the first row is not among the values; without one it must be looked at as a value.
    hints: chosen.moments.map((moment) => (moment && header.present ? 'moment' : 'any')),
    nullSpellings: job.options.nullSpellings,
    missingRule: 'as pandas.read_excel: empty cells, error values and the null spellings listed',
    format: {
      ...PLAIN_FORMAT,
      container: 'xlsx',
      mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      ...headerFacts(header, skipped),
      normalised: true,
      sheets,
      sheet: chosen.name,
    },
    rows: NO_ROWS_LOST,
    expectedRows: written.records,
    lineOf: (row) => row + headerRows + 1,
  };
}

async function firstRows({ zip, workbook, chosen }: Chosen): Promise<string[][]> {
  const first: string[][] = [];
  await readSheet(zip, workbook, chosen.sheet.part, (cells, row) => {
    const place = row - chosen.firstRow;
    if (place < 0 || place >= FIRST_ROWS) return;
    while (first.length < place) first.push([]);
    first.push(Array.from({ length: chosen.width }, (_, index) => cells[index] ?? ''));
  });
  return first;
}

/** Rows that hold nothing between others that do are rows. */
async function writeSheet(
  { zip, workbook, chosen }: Chosen,
  path: string,
  headerRows: number,
  onRows: (done: number) => void,
): Promise<{ readonly records: number; readonly longestBytes: number }> {
  const writer = openRecords(path);
  let next = headerRows;
  await readSheet(zip, workbook, chosen.sheet.part, (cells, row) => {
    if (row < headerRows) return;
    for (; next < row; next += 1) writer.write([], chosen.width);
    writer.write(cells, chosen.width);
    next = row + 1;
    onRows(row);
  });
  writer.close();
  return { records: writer.count(), longestBytes: writer.longest() };
}
