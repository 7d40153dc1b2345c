import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { file, profile, profileText, withFiles } from './profiled.ts';

withFiles();

const TABLE = 'name,city,age\nÄnne,Köln,31\nBjörk,Zürich,45\n"Smith, J.",Łódź,27\n';

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/** As pzstd writes it: a frame to skip before each frame of the text. */
function inFrames(text: string): Buffer {
  const skipped = Buffer.from('502a4d180400000012000000', 'hex');
  const frames = [text.slice(0, 20), text.slice(20, 30), text.slice(30)].map((part) =>
    zstdCompressSync(part),
  );
  return Buffer.concat(frames.flatMap((frame) => [skipped, frame]));
}

describe('encodings', () => {
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['utf-8 with a mark', Buffer.from(`\ufeff${TABLE}`), 'utf-8'],
    ['utf-16le with a mark', Buffer.from(`\ufeff${TABLE}`, 'utf16le'), 'utf-16le'],
    ['utf-16le without', Buffer.from(TABLE, 'utf16le'), 'utf-16le'],
    ['utf-16be with a mark', utf16be(`\ufeff${TABLE}`), 'utf-16be'],
    ['utf-16be without', utf16be(TABLE), 'utf-16be'],
    ['gzip', gzipSync(TABLE), 'utf-8'],
    ['zstd', zstdCompressSync(TABLE), 'utf-8'],
    ['zstd in frames', inFrames(TABLE), 'utf-8'],
  ];
  for (const [title, bytes, encoding] of cases) {
    it(`reads ${title}`, async () => {
      const { result, column } = await profileText('table.csv', bytes);
      expect(result.profiling.format.encoding).toBe(encoding);
      expect(result.profiling.columns.map(({ name }) => name)).toEqual(['name', 'city', 'age']);
      expect(column('city').top.map(({ value }) => value)).toEqual(['Köln', 'Zürich', 'Łódź']);
      expect(column('age').physical_type).toBe('integer');
    });
  }

  it('reads latin1 and says so', async () => {
    const { result, column, codes } = await profileText(
      'latin.csv',
      Buffer.from('name,n\nJosé,1\nMüller,2\n', 'latin1'),
    );
    expect(column('name').top.map(({ value }) => value)).toEqual(['José', 'Müller']);
    expect(result.profiling.format.encoding).toBe('windows-1252');
    expect(codes).toContain('ENCODING');
  });
});

describe('JSON', () => {
  it('reads an array of records with keys that come and go', async () => {
    const { result, column } = await profileText(
      'a.json',
      '[{"a":1,"s":"007"},{"a":2.5,"b":{"x":[1]}},{"b":null,"__proto__":3}]',
    );
    expect(result.profiling.format.container).toBe('json');
    expect(result.profiling.columns.map(({ name }) => name)).toEqual(['a', 's', 'b', '__proto__']);
    expect(column('s')).toMatchObject({ physical_type: 'text', n_missing: 2 });
    expect(column('b')).toMatchObject({ physical_type: 'nested', logical_type: 'json' });
    expect(column('a').numeric?.mean).toBe(1.75);
  });

  it('reads a record a line, lists bad lines, and keeps NA and empty texts as values', async () => {
    const lines = ['{"t":"NA","n":1}', '{"t":"","n":12345678901234567890}', 'not json', '{"t":null,"n":3}'];
    const { result, column } = await profileText('a.ndjson', `${lines.join('\n')}\n`);
    expect(result.profiling.format.container).toBe('ndjson');
    expect(result.profiling.rows.rejected).toMatchObject([{ line: 3, reason: 'not valid JSON' }]);
    expect(column('t')).toMatchObject({ n_missing: 1, n_distinct: 2 });
    expect(column('n').numeric?.max).toBe('12345678901234567890');
  });

  it('ends a record at a line feed alone, and passes a mark of UTF-8 by', async () => {
    const lines = ['{"a":1,"t":"x\u2028y"}', '{"a":2,"t":"z"}'];
    const { result, column } = await profileText('b.ndjson', `\ufeff${lines.join('\r\n')}\r\n`);
    expect(result.profiling.rows.rejected).toEqual([]);
    expect(column('t')).toMatchObject({ n: 2, n_distinct: 2 });
  });

  it('keeps missing values of a single column', async () => {
    const { column } = await profileText('one.json', '[{"a":1},{"a":null},{"a":3},{}]');
    expect(column('a')).toMatchObject({ n: 4, n_missing: 2, physical_type: 'integer' });
  });

  it('reads what is whole of a truncated array', async () => {
    const { result } = await profileText('cut.json', '[{"a":1},{"a":2},{"a":');
    expect(result.status).toBe('partial');
    expect(result.profiling.dataset.n_rows).toBe(2);
  });
});

describe('Parquet and XLSX', () => {
  it('reads Parquet with its types', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'onceflow-parquet-'));
    const path = join(directory, 'table.csv');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT range AS i, range * 0.5 AS d, DATE '2024-01-01' + range::INTEGER AS day, [range] AS l, range % 2 = 0 AS b, CAST('nan' AS DOUBLE) AS nothing FROM range(100)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { result, column, codes } = await profile(path);
    await rm(directory, { recursive: true });
    expect(codes).toContain('EXTENSION_MISMATCH');
    expect(result.profiling.format.parquet?.row_groups).toBe(1);
    expect(result.profiling.columns.map(({ physical_type }) => physical_type)).toEqual([
      'integer',
      'decimal',
      'date',
      'nested',
      'boolean',
      'decimal',
    ]);
    expect(column('day').datetime).toMatchObject({ granularity: 'day', usual_step_s: 86_400, n_gaps: 0 });
    expect(column('nothing').n_missing).toBe(100);
  });

  it('keeps decimals of Parquet without fraction apart, and gives no quantiles of nothing', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'onceflow-parquet-')), 'decimal.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT (1152921504606846976::HUGEINT + range)::DECIMAL(38, 0) AS id, 9::DECIMAL(38, 0) * 1e36::DECIMAL(38, 0) AS huge, CAST(NULL AS DOUBLE) AS nothing FROM range(20)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { column } = await profile(path);
    await rm(join(path, '..'), { recursive: true });
    expect(column('id')).toMatchObject({ n_distinct: 20, physical_type: 'integer' });
    expect(column('id').numeric?.max).toBe('1152921504606846995');
    expect(column('huge').n_distinct).toBe(1);
    expect(column('nothing').numeric).toMatchObject({ p5: null, p50: null, iqr: null });
  });

  it('reads decimals of Parquet with more digits than the engine has, and names that differ in case alone', async () => {
    const { result, column } = await profile('test/fixtures/wide-decimals.parquet');
    expect(result.profiling.columns.map(({ name }) => name)).toEqual([
      'price',
      'nested',
      'full words',
      'exact',
      'A',
      'a',
    ]);
    for (const name of ['price', 'full words']) {
      expect(column(name)).toMatchObject({ n_missing: 1, n_distinct: 4 });
      expect(column(name).top.map(({ value }) => Number(value))).toEqual(
        expect.arrayContaining([1.1, -2.2, 0.01]),
      );
      expect(column(name).numeric?.min).toBeCloseTo(-1.2345678901234568e37, -25);
      expect(column(name).numeric?.max).toBe(1.1);
    }
    expect(column('exact').numeric).toMatchObject({ min: 1.1, max: 1.1 });
  });

  it('takes amounts in formats with currencies and colours for numbers, and elapsed time for time', async () => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('data');
    const formats = [
      '[$CHF-807] #,##0.00',
      '#,##0.00 [$SEK-41D]',
      '[$GBP]\\ #,##0.00',
      '[Magenta]0.00',
      '[mm]:ss',
    ];
    sheet.addRow(formats.map((_, index) => `c${index}`));
    for (let row = 0; row < 5; row += 1) {
      const cells = sheet.addRow(formats.map(() => 40_010.25 + 7 * row));
      for (const [index, format] of formats.entries()) cells.getCell(index + 1).numFmt = format;
    }
    const path = await file('money.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()));
    const { column } = await profile(path);
    for (const name of ['c0', 'c1', 'c2', 'c3'])
      expect([name, column(name).numeric?.min]).toEqual([name, 40_010.25]);
    expect(column('c4').numeric).toBeNull();
  });

  it('speaks of gaps where a step in time is usual, and not of three birthdays', async () => {
    const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-06'];
    const regular = await profileText('days.csv', Buffer.from(`day,n\n${days.join(',1\n')},2\n`));
    expect(regular.column('day').datetime).toMatchObject({ usual_step_s: 86_400, n_gaps: 1 });
    expect(regular.codes).toContain('GAPS');
    const born = ['1980-01-02', '1990-05-06', '2001-07-08'];
    const three = await profileText('born.csv', Buffer.from(`born,n\n${born.join(',1\n')},2\n`));
    expect(three.column('born').datetime).toMatchObject({ usual_step_s: null, n_gaps: null });
    expect(three.codes).not.toContain('GAPS');
  });

  it('reads the first visible sheet with values, and lists all sheets', async () => {
    const workbook = new ExcelJS.Workbook();
    workbook.addWorksheet('empty');
    const hidden = workbook.addWorksheet('hidden', { state: 'hidden' });
    hidden.addRow(['secret']);
    const sheet = workbook.addWorksheet('data');
    sheet.addRow(['when', 'n', 'f', 'yes', 'text']);
    sheet.addRow([new Date(Date.UTC(2024, 0, 31)), 1.5, { formula: 'B2*2', result: 3 }, true, 'a & b']);
    sheet.addRow([new Date(Date.UTC(2024, 1, 1, 6, 30)), 2, { formula: 'B3*2', result: 4 }, false, '<x>']);
    const path = await file('book.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()));
    const { result, column, codes } = await profile(path);
    expect(result.profiling.format.sheets).toMatchObject([
      { name: 'empty', rows: 0, hidden: false },
      { name: 'hidden', rows: 1, hidden: true },
      { name: 'data', rows: 3, columns: 5, formulas: 2 },
    ]);
    expect(result.profiling.format.sheet).toBe('data');
    expect(column('when')).toMatchObject({
      physical_type: 'timestamp',
      datetime: { min: '2024-01-31T00:00:00', max: '2024-02-01T06:30:00' },
    });
    expect(column('text').top.map(({ value }) => value)).toEqual(['<x>', 'a & b']);
    expect(column('yes').boolean).toEqual({ n_true: 1, n_false: 1 });
    expect(codes).toEqual(expect.arrayContaining(['FORMULAS', 'HIDDEN_SHEETS']));
    expect((await profile(path, { sheet: 'hidden', header: 'none' })).result.profiling.dataset.n_rows).toBe(
      1,
    );
  });
});
