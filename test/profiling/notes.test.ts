/** What stands above a table: notes that are left out by themselves, lines that are left out when told. */
import ExcelJS from 'exceljs';
import { expect, it } from 'vitest';
import { file, profile, profileText, withFiles } from './profiled.ts';

withFiles();

const many = (line: string, times: number): string => `${line}\n`.repeat(times);

const CASES: readonly (readonly [
  title: string,
  text: string,
  names: readonly string[],
  rows: number,
  skipped: number,
])[] = [
  ['notes above a header', '# by hand\n#\n\nid,name\n1,ann\n2,bob\n', ['id', 'name'], 2, 2],
  ['a note as wide as the table', '# by hand, 2024\nid,name\n1,ann\n2,bob\n', ['id', 'name'], 2, 1],
  ['a note wider than the table', '# Data: A, B, C\nid,name\n1,ann\n2,bob\n', ['id', 'name'], 2, 1],
  ['more notes than rows', `${many('# n', 9)}id;name\n1;ann\n2;bob\n`, ['id', 'name'], 2, 9],
  ['thousands of notes', `${many('# n', 3_000)}id,name\n1,ann\n2,bob\n`, ['id', 'name'], 2, 3_000],
  ['notes above ragged rows', '# n\n# n\na,b\n1,2,3\n4,5,6\n', ['a', 'b', 'Unnamed: 2'], 2, 2],
  ['a header that is marked', '# note\n#id,name\n1,ann\n2,bob\n', ['#id', 'name'], 2, 1],
  ['the same above text alone', '# by hand, May\n#id,name\nx,ann\ny,bob\n', ['#id', 'name'], 2, 1],
  ['the same with an open end', '#id,name\n1,ann,\n2,bob,\n', ['#id', 'name', 'Unnamed: 2'], 2, 0],
  ['what numpy writes', '# a,b\n1.5,2\n3.5,4\n', ['# a', 'b'], 2, 0],
  ['variants', '##v=4.2\n##x\n#CHROM\tPOS\tID\n1\t10\ta\n1\t20\tb\n', ['#CHROM', 'POS', 'ID'], 2, 2],
  ['values that are marked', '#ff0000,1\n#00ff00,2\n', ['0', '1'], 2, 0],
  ['the same above one that is not', '#ff0000,1\n#00ff00,2\nred,3\n', ['0', '1'], 3, 0],
  ['a single column', '# note\nname\n1\n2\n', ['name'], 2, 1],
  ['line ends of old Macs', '# note\rid,name\r1,ann\r2,bob\r', ['id', 'name'], 2, 1],
  ['a line for Excel', 'sep=;\r\nid;name\r\n1;ann, b\r\n2;bob, c\r\n', ['id', 'name'], 2, 1],
  ['the same with a mark', '\ufeff"sep=|"\r\nid|name\r\n1|ann\r\n2|bob\r\n', ['id', 'name'], 2, 1],
  ['a mark of the encoding', '\ufeff# note\r\nid,name\r\n1,ann\r\n2,bob\r\n', ['id', 'name'], 2, 1],
];

it.each(CASES)('%s', async (title, text, names, rows, skipped) => {
  const { result } = await profileText(`${title.replaceAll(' ', '-')}.csv`, text);
  const { columns, dataset, format } = result.profiling;
  expect({
    names: columns.map(({ name }) => name),
    rows: dataset.n_rows,
    skipped: format.skipped_rows,
  }).toEqual({ names, rows, skipped });
  expect(result.alerts.some(({ code }) => code === 'ROWS_SKIPPED')).toBe(skipped > 0);
});

it('takes every line for a row where it is told that there is no header', async () => {
  const path = await file('bare.csv', '#a\n#b,2,x\nc,3,y\nd,4,z\n');
  const { result } = await profile(path, { header: 'none' });
  expect(result.profiling.dataset.n_rows).toBe(4);
});

it('counts lines of the file, with those that were left out', async () => {
  const { result } = await profileText('lines.csv', '# one\n\n# two\nid,name\n1,ann\n2\n3,c\n');
  expect(result.profiling.rows.padded).toMatchObject([{ line: 6 }]);
});

it('leaves out as many lines as it is told, and says how many that should be', async () => {
  const path = await file('report.csv', 'Sales;of;May\n\nid,name\n1,ann\n2,bob\n2,bob\n');
  const { result } = await profile(path, { delimiter: ',' });
  const suspect = result.alerts.find(({ code }) => code === 'HEADER_SUSPECT');
  expect(suspect?.message).toContain('skip_rows 1');
  const told = await profile(path, { skip_rows: 1 });
  expect(told.result.profiling.columns.map(({ name }) => name)).toEqual(['id', 'name']);
  expect(told.result.profiling.dataset).toMatchObject({ n_rows: 3, n_duplicate_rows_extra: 1 });
  await expect(profile(path, { skip_rows: 5 })).rejects.toMatchObject({ code: 'EMPTY_TABLE' });
});

it('does not let what it is told to leave out decide on the width', async () => {
  const path = await file('wide.csv', `${many('a,b,c,d,e', 4)}id,name\n1,x\n2,y\n`);
  const { result } = await profile(path, { skip_rows: 4 });
  expect(result.profiling.dataset).toMatchObject({ n_rows: 2, n_columns: 2 });
  expect(result.alerts.map(({ code }) => code)).not.toContain('HEADER_SUSPECT');
});

it('says which header to ask for where the first row looks like one', async () => {
  const path = await file('headed.csv', 'id,name\n1,ann\n2,bob\n');
  const { result } = await profile(path, { header: 'none' });
  const suspect = result.alerts.find(({ code }) => code === 'HEADER_SUSPECT');
  expect(suspect?.message).toContain('header first-row');
});

it('leaves out rows of a sheet, wider ones too, and dates below stay dates', async () => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('report');
  for (const row of [['Sales', 'of', 'May', '2024'], [], ['day', 'n']]) sheet.addRow(row);
  for (const day of [1, 2, 3]) sheet.addRow([new Date(Date.UTC(2024, 4, day)), day]);
  const path = await file('report.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()));
  const { result, column } = await profile(path, { skip_rows: 2 });
  expect(result.profiling.dataset).toMatchObject({ n_rows: 3, n_columns: 2 });
  expect(result.profiling.format.sheets).toMatchObject([{ rows: 6, columns: 4 }]);
  expect(column('day')).toMatchObject({
    physical_type: 'timestamp',
    datetime: { min: '2024-05-01T00:00:00' },
  });
  await expect(profile(path, { skip_rows: 6 })).rejects.toMatchObject({ code: 'EMPTY_TABLE' });
});
