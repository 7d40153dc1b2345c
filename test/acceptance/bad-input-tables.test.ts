/** Tables with something wrong in them that can be profiled all the same: right numbers, and what was wrong is said. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfilingResult } from '../../client/index.ts';
import { workbook } from '../support/hostile/archives.ts';
import { hostileNames } from '../support/hostile/names.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { parquet, plainRows, utf16 } from '../support/hostile/tables.ts';
import { completed } from '../support/hostile/verdicts.ts';
import { penguins, type Product, startProduct } from '../support/product.ts';

type Profile = ProfilingResult['profiling'];

interface Case {
  readonly title: string;
  readonly name: string;
  readonly content: string | Buffer | ((path: string) => unknown);
  /** Alerts that the result must have. */
  readonly says: readonly string[];
  readonly status: ProfilingResult['status'];
  readonly rows: number;
  readonly columns: readonly string[];
  readonly also?: (profile: Profile) => void;
}

const usual = ['id', 'name', 'amount'];
const column = (profile: Profile, name: string) => profile.columns.find((one) => one.name === name);
/** Of `plainRows(100)`, whatever it was wrapped in. */
const soundNumbers = (profile: Profile) => {
  expect(column(profile, 'id')).toMatchObject({ physical_type: 'integer', n_missing: 0, n_distinct: 100 });
  expect(column(profile, 'amount')?.numeric).toMatchObject({ min: 0, max: 148.5, mean: 74.25 });
  expect(column(profile, 'name')?.n_distinct).toBe(7);
};

const encodings: readonly Case[] = (
  [
    ['le', 'marked'],
    ['le', 'unmarked'],
    ['be', 'marked'],
    ['be', 'unmarked'],
  ] as const
).map(([order, mark]) => ({
  title: `UTF-16${order.toUpperCase()}, ${mark}`,
  name: `utf16-${order}-${mark}.csv`,
  content: utf16(plainRows(100), order, mark),
  says: ['ENCODING'],
  status: 'complete',
  rows: 100,
  columns: usual,
  also: (profile) => {
    soundNumbers(profile);
    expect(profile.format).toMatchObject({ encoding: `utf-16${order}`, bom: mark === 'marked' });
  },
}));

const ragged = `${plainRows(10)}11,too short\n12,name,1,too,long\n13,name,1\n`;
const wide = `id,text\n1,short\n2,${'x'.repeat(10_000_000)}\n3,short\n`;

const cases: readonly Case[] = [
  ...encodings,
  {
    title: 'latin1',
    name: 'latin1.csv',
    content: Buffer.from('id,city\n1,Köln\n2,Málaga\n3,Besançon\n', 'latin1'),
    says: ['ENCODING'],
    status: 'complete',
    rows: 3,
    columns: ['id', 'city'],
    also: (profile) =>
      expect(
        column(profile, 'city')
          ?.top.map(({ value }) => value)
          .sort(),
      ).toEqual(['Besançon', 'Köln', 'Málaga']),
  },
  {
    title: 'UTF-8 with broken places',
    name: 'broken-utf8.csv',
    content: Buffer.concat([
      Buffer.from('id,city\n1,Köln über Málaga für Besançon\n2,'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('\n'),
    ]),
    says: ['INVALID_CHARACTERS'],
    status: 'partial',
    rows: 2,
    columns: ['id', 'city'],
  },
  {
    title: 'ragged',
    name: 'ragged.csv',
    content: ragged,
    says: ['REJECTED_ROWS', 'RAGGED_ROWS'],
    status: 'partial',
    rows: 12,
    columns: usual,
    also: ({ rows }) => {
      expect(rows).toMatchObject({ n_rejected: 1, n_padded: 1 });
      expect(rows.rejected).toMatchObject([{ line: 13, reason: '5 fields instead of 3' }]);
      expect(rows.padded).toMatchObject([{ line: 12, reason: '2 fields instead of 3' }]);
    },
  },
  {
    title: 'a line of 10 MB',
    name: 'wide.csv',
    content: wide,
    says: [],
    status: 'complete',
    rows: 3,
    columns: ['id', 'text'],
    also: (profile) => {
      expect(profile.format.longest_line_bytes).toBeGreaterThan(10_000_000);
      expect(column(profile, 'text')?.text?.max_length).toBe(10_000_000);
      expect(JSON.stringify(profile).length).toBeLessThan(200_000);
    },
  },
  {
    title: 'a table named .mp4',
    name: 'table.mp4',
    content: plainRows(100),
    says: ['EXTENSION_MISMATCH'],
    status: 'complete',
    rows: 100,
    columns: usual,
    also: soundNumbers,
  },
  {
    title: 'gzip named .csv',
    name: 'packed.csv',
    content: gzipSync(plainRows(100)),
    says: [],
    status: 'complete',
    rows: 100,
    columns: usual,
    also: (profile) => {
      soundNumbers(profile);
      expect(profile.format.compression).toBe('gzip');
    },
  },
  {
    title: 'Parquet named .csv',
    name: 'columns.csv',
    content: parquet,
    says: ['EXTENSION_MISMATCH'],
    status: 'complete',
    rows: 5000,
    columns: usual,
  },
  {
    title: 'NUL bytes',
    name: 'nul.csv',
    content: 'id,text\n1,a\0b\n2,plain\n3,\0\n',
    says: [],
    status: 'complete',
    rows: 3,
    columns: ['id', 'text'],
  },
  {
    title: 'headers that are names of prototypes',
    name: 'prototype.csv',
    content: '__proto__,constructor,toString,hasOwnProperty\n1,a,x,true\n2,b,y,false\n',
    says: [],
    status: 'complete',
    rows: 2,
    columns: ['__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  },
  {
    title: 'JSON keys that are names of prototypes',
    name: 'prototype.json',
    content: '[{"__proto__":{"polluted":true},"a":1},{"constructor":{"prototype":{"polluted":true}},"a":2}]',
    says: [],
    status: 'complete',
    rows: 2,
    columns: ['__proto__', 'a', 'constructor'],
  },
  {
    title: 'headers that share names',
    name: 'duplicates.csv',
    content: 'a,b,a,,a.1\n1,2,3,4,5\n6,7,8,9,10\n',
    says: ['DUPLICATE_HEADERS'],
    status: 'complete',
    rows: 2,
    columns: ['a', 'b', 'a.1', 'Unnamed: 3', 'a.1.1'],
  },
  {
    title: 'a header and nothing else',
    name: 'header.csv',
    content: 'id,name,amount\n',
    says: ['NO_ROWS'],
    status: 'complete',
    rows: 0,
    columns: usual,
  },
  {
    title: 'CRLF, LF and CR mixed',
    name: 'newlines.csv',
    content: 'id,name,amount\r\n1,a,1\n2,b,2\r3,c,3\r\n',
    says: ['MIXED_NEWLINES'],
    status: 'complete',
    rows: 3,
    columns: usual,
  },
  {
    title: 'decimal commas',
    name: 'comma.csv',
    content: `id;amount\n${Array.from({ length: 50 }, (_, row) => `${row};1.${row % 10}00,5`).join('\n')}\n`,
    says: ['DECIMAL_COMMA'],
    status: 'complete',
    rows: 50,
    columns: ['id', 'amount'],
    also: (profile) => expect(column(profile, 'amount')?.numeric?.max).toBe(1900.5),
  },
  {
    title: 'not a number, and infinities',
    name: 'infinite.csv',
    content: 'id,x\n1,1.5\n2,NaN\n3,inf\n4,-Infinity\n5,2.5\n',
    says: ['INFINITE'],
    status: 'complete',
    rows: 5,
    columns: ['id', 'x'],
    also: (profile) => expect(column(profile, 'x')?.numeric).toMatchObject({ mean: 2, n_infinite: 2 }),
  },
  {
    title: 'unsigned integers of 64 and 128 bits',
    name: 'huge.csv',
    content: 'u64,u128\n18446744073709551615,340282366920938463463374607431768211455\n1,2\n',
    says: ['PRECISION_LOSS', 'LONG_INTEGERS'],
    status: 'complete',
    rows: 2,
    columns: ['u64', 'u128'],
    also: (profile) => {
      expect(column(profile, 'u64')?.numeric?.max).toBe('18446744073709551615');
      expect(column(profile, 'u128')).toMatchObject({ physical_type: 'text', n_distinct: 2, n_missing: 0 });
    },
  },
  {
    title: 'formulas for a spreadsheet',
    name: 'formula.csv',
    content: 'id,note\n1,"=HYPERLINK(""http://127.0.0.1:9/"")"\n2,@SUM(A1)\n3,fine\n',
    says: ['FORMULA_INJECTION'],
    status: 'complete',
    rows: 3,
    columns: ['id', 'note'],
  },
  {
    title: 'a quote that is never closed',
    name: 'quote.csv',
    content: `${plainRows(20)}21,"open,1\n22,b,2\n`,
    says: ['REJECTED_ROWS'],
    status: 'partial',
    rows: 20,
    columns: usual,
    also: ({ rows }) => expect(rows.rejected[0]?.line).toBe(22),
  },
  {
    title: 'another type from row 50,001 on',
    name: 'late.csv',
    content: `id,x\n${Array.from({ length: 50_000 }, (_, row) => `${row},${row}`).join('\n')}\n50000,late\n`,
    says: ['MIXED_TYPES'],
    status: 'complete',
    rows: 50_001,
    columns: ['id', 'x'],
  },
  {
    title: 'NDJSON with a bad line',
    name: 'bad-line.ndjson',
    content: '{"a":1}\n{"a":2}\n{"a":\n{"a":4}\n',
    says: ['REJECTED_ROWS'],
    status: 'partial',
    rows: 3,
    columns: ['a'],
    also: ({ rows }) => expect(rows.rejected).toMatchObject([{ line: 3 }]),
  },
  {
    title: 'JSON cut off',
    name: 'cut.json',
    content: '[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":"z',
    says: ['REJECTED_ROWS'],
    status: 'partial',
    rows: 2,
    columns: ['a', 'b'],
  },
  {
    title: 'a workbook with members that climb out of their folder',
    name: 'slip.xlsx',
    content: (path) =>
      workbook(path, '<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>', {
        extra: [{ name: '../../../../PWNED', bytes: Buffer.from('PWNED') }],
      }),
    says: [],
    status: 'complete',
    rows: 2,
    columns: ['0', '1'],
  },
];

const names = Object.entries(hostileNames('csv'));
const temporary = privateTemporary();
let product: Product;
let before: Surroundings;

beforeAll(async () => {
  product = await startProduct();
  const paths: string[] = [];
  for (const { name, content } of cases) {
    const path = join(product.files, name);
    if (typeof content === 'function') await content(path);
    else writeFileSync(path, content);
    paths.push(path);
  }
  const plain = product.place(penguins);
  const named = names.map(([, name]) => {
    copyFileSync(plain, join(product.files, name));
    return join(product.files, name);
  });
  before = lookAround(product, temporary.path);
  await product.client.submitMany([
    { kind: 'profiling', resourceId: 'plain', source: plain },
    ...paths.map((source, index) => ({ kind: 'profiling', resourceId: `odd-${index}`, source })),
    ...named.map((source, index) => ({ kind: 'profiling', resourceId: `named-${index}`, source })),
  ]);
});
afterAll(async () => {
  await product.stop();
  temporary.remove();
});

describe('completes, and says what was wrong', () => {
  it.each(cases.map((one, index) => ({ ...one, index })))('$title', async (one) => {
    const { document, codes } = await completed(product, 'profiling', `odd-${one.index}`);
    const { profiling } = document;
    expect(codes).toEqual(expect.arrayContaining([...one.says]));
    expect(profiling.dataset.n_rows).toBe(one.rows);
    expect(profiling.columns.map(({ name }) => name)).toEqual(one.columns);
    expect(document.status, codes.join()).toBe(one.status);
    one.also?.(profiling);
  });
});

describe('gives the same result as under a plain name', () => {
  it.each(names.map(([title, name], index) => ({ title, name, index })))(
    '$title',
    async ({ name, index }) => {
      const plain = await completed(product, 'profiling', 'plain');
      const { document, codes } = await completed(product, 'profiling', `named-${index}`);
      expect(document.resource.name).toBe(name);
      expect(codes).toEqual(plain.codes);
      const comparable = ({ columns, pairs, dataset }: Profile) => ({ columns, pairs, dataset });
      expect(comparable(document.profiling)).toEqual(comparable(plain.document.profiling));
    },
  );
});

it('takes such names on the command line, and prints one line for each', async () => {
  const run = await product.cli(['analyze', '--json', '--', ...names.map(([, name]) => name)]);
  expect(run.code, run.stderr).toBe(0);
  const printed = run.records.map((record) => (record['result'] as ProfilingResult).resource.name);
  expect(printed.sort()).toEqual(names.map(([, name]) => name).sort());
});

it('leaves workers, processes, files and prototypes as they were', async () => {
  await expectUntouched(product, temporary.path, before);
});
