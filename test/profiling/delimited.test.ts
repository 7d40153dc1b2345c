import { describe, expect, it } from 'vitest';
import { profileText, withFiles } from './profiled.ts';

withFiles();

describe('delimited text', () => {
  it('cuts at the delimiter that lines agree on, ragged or not', async () => {
    const lines = Array.from({ length: 20 }, (_, index) =>
      index % 3 === 0 ? `${index};a, b` : `${index};a, b, c;${index}.5`,
    );
    const { result, codes } = await profileText('ragged.csv', `id;text;value\n${lines.join('\n')}\n`);
    expect(result.profiling.format.delimiter).toBe(';');
    expect(result.profiling.dataset).toMatchObject({ n_rows: 20, n_columns: 3 });
    expect(result.profiling.rows.n_padded).toBe(7);
    expect(result.profiling.rows.padded[0]).toMatchObject({ line: 2 });
    expect(codes).toContain('RAGGED_ROWS');
  });

  it('lists rows with too many fields by line, and counts the rest', async () => {
    const { result } = await profileText('wide.csv', 'a,b\n1,2\n"x\ny",3\n3,4,5\n5,6,\n7,8\n');
    expect(result.status).toBe('partial');
    expect(result.profiling.rows.rejected).toEqual([
      { line: 5, reason: '3 fields instead of 2', sample: '3,4,5' },
    ]);
    expect(result.profiling.dataset.n_rows).toBe(4);
    expect(result.coverage).toMatchObject({ rows: 4, of: 5 });
  });

  it('reads mixed line ends, old Mac line ends, odd quotes and blank lines', async () => {
    const mixed = await profileText('mixed.csv', 'a,b\r\n1,x\n2,y\r3,z\n\n   \n4,5" nail\n');
    expect(mixed.result.profiling.dataset.n_rows).toBe(4);
    expect(mixed.column('b').top.map(({ value }) => value)).toContain('5" nail');
    expect(mixed.result.profiling.format).toMatchObject({ newline: 'mixed', blank_lines: 2 });
    const mac = await profileText('mac.csv', 'a,b\r1,x\r2,y\r');
    expect(mac.result.profiling.dataset.n_rows).toBe(2);
  });

  it('takes hostile and repeated headers as plain names', async () => {
    const { result } = await profileText('proto.csv', '__proto__,constructor,a,a,\n1,2,3,4,5\n6,7,8,9,0\n');
    expect(result.profiling.columns.map(({ name }) => name)).toEqual([
      '__proto__',
      'constructor',
      'a',
      'a.1',
      'Unnamed: 4',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('profiles a header without rows, and rows without a header', async () => {
    const empty = await profileText('header.csv', 'a,b,c\n');
    expect(empty.result.profiling.dataset).toMatchObject({ n_rows: 0, n_columns: 3 });
    expect(empty.codes).toContain('NO_ROWS');
    const bare = await profileText('bare.csv', '5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n');
    expect(bare.result.profiling.format.header).toBe('none');
    expect(bare.result.profiling.dataset.n_rows).toBe(3);
  });

  it('profiles a line of 10 MB', async () => {
    const { column, result } = await profileText('long.csv', `a,b\n1,${'x'.repeat(10_000_000)}\n2,y\n`);
    expect(column('b').text?.max_length).toBe(10_000_000);
    expect(JSON.stringify(result).length).toBeLessThan(100_000);
  });

  it('shows formulas, leading zeros and personal things with their lines', async () => {
    const { column, codes } = await profileText(
      'evil.csv',
      'code,cell,mail\n007,=1+1,a@b.org\n010,@SUM(A1),c@d.org\n3,-5 degrees,e@f.org\n4,fine,x\n',
    );
    expect(codes).toEqual(expect.arrayContaining(['LEADING_ZEROS', 'FORMULA_INJECTION', 'PII']));
    expect(column('cell').evidence[0]?.where.map(({ line }) => line)).toEqual([2, 3]);
    expect(column('code').physical_type).toBe('integer');
  });

  it('reads decimal commas between semicolons', async () => {
    const { column } = await profileText('comma.csv', 'a;b\n1,5;x\n2,25;y\n1.000,75;z\n');
    expect(column('a').numeric).toMatchObject({ max: 1000.75, min: 1.5 });
  });

  it('reads decimal commas beside whole numbers', async () => {
    const { column } = await profileText('whole.csv', 'a;b\n1,5;x\n2;y\n3,250;z\n');
    expect(column('a').numeric).toMatchObject({ max: 3.25, min: 1.5 });
  });

  it('makes no number with a decimal comma of a date or of a decimal point', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => `${index};7,5`);
    const { column, codes } = await profileText(
      'odd.csv',
      `id;v\n${rows.join('\n')}\n2500;1.5\n2501;12.03.2024\n`,
    );
    expect(column('v')).toMatchObject({ physical_type: 'text', numeric: null });
    expect(codes).toContain('MIXED_TYPES');
    expect(column('v').evidence[0]).toMatchObject({
      count: 2,
      where: [
        { line: 2502, value: '1.5' },
        { line: 2503, value: '12.03.2024' },
      ],
    });
    const fitting = `${rows.join('\n')}\n2500;1.250\n2501; -3.000.000,5 \n`;
    const { numeric } = (await profileText('even.csv', `id;v\n${fitting}`)).column('v');
    expect(numeric).toMatchObject({ min: -3_000_000.5, max: 1250 });
  });

  it('makes no decimals of thousands in groups', async () => {
    const { column, codes } = await profileText('groups.csv', 'n,b\n"567,434",x\n"1,298",y\n12,z\n');
    expect(column('n')).toMatchObject({ physical_type: 'text', numeric: null });
    expect(codes).not.toContain('DECIMAL_COMMA');
  });

  it('reads many columns, and says which take no part in pairs', { timeout: 180_000 }, async () => {
    const names = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const { result } = await profileText(
      'columns.csv',
      `${names.join(',')}\n${names.map((_, index) => index).join(',')}\n`,
    );
    expect(result.profiling.dataset.n_columns).toBe(300);
    expect(result.profiling.pairs.columns_left_out).toHaveLength(240);
  });
});
