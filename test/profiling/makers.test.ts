/** Tables as programs other than ours write them. */
import ExcelJS from 'exceljs';
import { expect, it } from 'vitest';
import { file, profile, profileText, withFiles } from './profiled.ts';

withFiles();

const names = ({ result }: Awaited<ReturnType<typeof profileText>>): string[] =>
  result.profiling.columns.map(({ name }) => name);

const CARS = [
  ['"Mazda RX4"', '21', '6', '160'],
  ['"Datsun 710"', '22.8', '4', 'NA'],
  ['"Hornet 4"', '21.4', '6', '258'],
];
const HEAD = ['"mpg"', '"cyl"', '"disp"'];
const written = (delimiter: string, rows: readonly string[][]): string =>
  [HEAD, ...rows].map((row) => `${row.join(delimiter)}\n`).join('');

it.each([' ', '\t', ','])('names rows by their first field, as R writes them with %j', async (delimiter) => {
  const profiled = await profileText('cars.txt', written(delimiter, CARS));
  expect(names(profiled)).toEqual(['Unnamed: 0', 'mpg', 'cyl', 'disp']);
  const { result, column } = profiled;
  expect(result.profiling.format).toMatchObject({ delimiter, header_suspect_row: null });
  expect(result.profiling.dataset.n_rows).toBe(3);
  expect(column('mpg').numeric).toMatchObject({ min: 21, max: 22.8 });
  expect(column('disp')).toMatchObject({ physical_type: 'integer', n_missing: 1 });
});

it('names rows by numbers where R counts them, and not where a header lacks its last name', async () => {
  const counted = CARS.map((row, index) => [`"${index + 1}"`, ...row.slice(1)]);
  const profiled = await profileText('iris.txt', written(' ', counted));
  expect(names(profiled)).toEqual(['Unnamed: 0', 'mpg', 'cyl', 'disp']);
  const lacking = await profileText('lacking.csv', 'id,name\n1,ann,x\n2,bob,y\n');
  expect(names(lacking)).toEqual(['id', 'name', 'Unnamed: 2']);
});

it('cuts at spaces where each line has as many, and leaves sentences whole', async () => {
  const grid = await profileText('grid.txt', '1.5e+00 2 3\n4.5e+00 5 6\n7.5e+00 8 9\n');
  expect(grid.result.profiling.dataset).toMatchObject({ n_rows: 3, n_columns: 3 });
  for (const text of ['remark\nall is well\nnot so good\n', 'street\nMain Street 12\nOak Street 5\n']) {
    expect((await profileText('remarks.txt', text)).result.profiling.dataset.n_columns).toBe(1);
  }
});

it.each([
  ['1,alice,N.V.,2.5\n2,bob,12,3.5\n3,carl,15,4.5\n', 3, 'none'],
  ['10,x,?\n11,y,3\n12,z,4\n', 3, 'none'],
  ['2024-01-01,?,a\n2024-01-02,7,b\n2024-01-03,8,b\n', 3, 'none'],
  ['id,2019,2020\n1,5,6\n2,7,8\n', 2, 'first-row'],
  ['hour,0,1,2\n5,1,2,3\n6,1,3,4\n', 2, 'first-row'],
  ['id,name,12\n1,ann,x\n2,bob,y\n', 2, 'first-row'],
])('takes a first row with one odd value for a row, and names for names: %j', async (text, rows, header) => {
  const { result } = await profileText('first.csv', text);
  expect(result.profiling.format.header).toBe(header);
  expect(result.profiling.dataset.n_rows).toBe(rows);
});

it('reads times with a zone and no seconds, months by name, and halves of a day', async () => {
  const { column } = await profileText(
    'times.csv',
    'zoned,hours,named,half\n2024-01-01T10:00Z,2024-01-01 10:00+01,31-Jan-2024,1/31/2024 1:30 PM\n2024-01-02T11:30+02:00,2024-01-01 11:30+01,05-Feb-2024,2/1/2024 11:30 AM\n',
  );
  expect(column('zoned').datetime).toMatchObject({
    ...{ min: '2024-01-01T10:00:00', max: '2024-01-02T09:30:00', zoned: 'all', granularity: 'minute' },
  });
  expect(column('hours').datetime).toMatchObject({ min: '2024-01-01T09:00:00', zoned: 'all' });
  expect(column('named').datetime).toMatchObject({ min: '2024-01-31T00:00:00', max: '2024-02-05T00:00:00' });
  expect(column('half').datetime).toMatchObject({ min: '2024-01-31T13:30:00', max: '2024-02-01T11:30:00' });
});

it('says of dates that may have the day first that they are read with the month first', async () => {
  const { column, result } = await profileText(
    'order.csv',
    'either,only,same\n01/02/2024,01/31/2024,01/01/2024\n03/04/2024,02/01/2024,02/02/2024\n05/06/2024,03/01/2024,03/03/2024\n',
  );
  expect(column('either').datetime).toMatchObject({ min: '2024-01-02T00:00:00', n_either_order: 3 });
  expect(result.alerts.filter(({ code }) => code === 'DATE_ORDER').map(({ where }) => where)).toEqual([
    'either',
  ]);
});

it('reads elapsed time beyond a day, and a table that begins below empty rows and beside an empty column', async () => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('data');
  sheet.getCell('B3').value = 'worked';
  sheet.getCell('C3').value = 'n';
  sheet.getCell('D3').value = 'day';
  for (let row = 0; row < 4; row += 1) {
    sheet.getCell(4 + row, 2).value = 0.25 + row * 0.875;
    sheet.getCell(4 + row, 2).numFmt = '[h]:mm';
    sheet.getCell(4 + row, 3).value = row;
    sheet.getCell(4 + row, 4).value = new Date(Date.UTC(2024, 0, 1 + row));
  }
  const path = await file('worked.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()));
  const { result, column } = await profile(path);
  expect(result.profiling.dataset).toMatchObject({ n_rows: 4, n_columns: 4 });
  expect(result.profiling.format).toMatchObject({ header: 'first-row', skipped_rows: 2 });
  expect(column('worked').top.map(({ value }) => value)).toEqual([
    ...['06:00:00', '27:00:00', '48:00:00', '69:00:00'],
  ]);
  expect(column('n').physical_type).toBe('integer');
  expect(column('day').physical_type).toBe('timestamp');
});

it('keeps the zeros of postcodes and telephone numbers, and counts numbers that are padded here and there', async () => {
  const { column, codes } = await profileText(
    'codes.csv',
    'zip,phone,n,part\n01234,0170123,01,7\n10115,030456789,2,007\n00501,08912,13,12\n,0,,\n',
  );
  expect(column('zip')).toMatchObject({ physical_type: 'text', numeric: null, n_missing: 1 });
  expect(column('zip').top.map(({ value }) => value)).toEqual(['00501', '01234', '10115']);
  expect(column('phone').physical_type).toBe('integer');
  expect(column('n').numeric).toMatchObject({ max: 13 });
  expect(column('part').evidence[0]).toMatchObject({ what: 'leading-zeros', count: 1 });
  expect(codes).toContain('LEADING_ZEROS');
  const phones = await profileText('phones.csv', 'phone,n\n0170123,1\n030456789,2\n08912,3\n');
  expect(phones.column('phone').top.map(({ value }) => value)).toContain('030456789');
});

it('reads quotes that have a backslash before them, as Spark and MySQL write them', async () => {
  const rows = String.raw`1,"a \"q\", b",5
2,"{\"k\": \"v\", \"n\": 1}",6
3,"back\\slash",7
4,"end \"",8
`;
  const { result, column } = await profileText('spark.csv', `id,t,n\n${rows.repeat(3)}`);
  expect(result.profiling.rows.n_rejected).toBe(0);
  expect(result.profiling.dataset).toMatchObject({ n_rows: 12, n_columns: 3 });
  expect(column('n').numeric).toMatchObject({ min: 5, max: 8 });
  expect(column('t').top.map(({ value }) => value)).toEqual(
    [String.raw`a "q", b`, '{"k": "v", "n": 1}', String.raw`back\slash`, 'end "'].toSorted(),
  );
  const paths = await profileText('paths.csv', String.raw`p,n${'\n'}"C:\a b\",1${'\n'}"C:\c d\",2${'\n'}`);
  expect(paths.column('p').top.map(({ value }) => value)).toEqual(['C:\\a b\\', 'C:\\c d\\']);
});

it('reads NaN and infinities in JSON, as Python writes them', async () => {
  const array = await profileText(
    'nan.json',
    '[{"a": 1.5, "t": "NaN, Infinity"}, {"a": NaN, "t": "x"}, {"a": -Infinity}]',
  );
  const lines = await profileText(
    'nan.ndjson',
    '{"a":NaN,"t":"NaN, Infinity"}\n{"a":-Infinity}\n{"a":1.5,"t":"x"}\n',
  );
  for (const { result, column } of [array, lines]) {
    expect(result.profiling.rows.n_rejected).toBe(0);
    expect(column('a')).toMatchObject({ n_missing: 1, numeric: { max: 1.5, n_infinite: 1 } });
    expect(column('t').top.map(({ value }) => value)).toEqual(['NaN, Infinity', 'x']);
  }
});
