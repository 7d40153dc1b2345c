/** Tables whose bytes are odd: encodings, lengths, names and wrappings. */
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { column, type OddTable, soundNumbers, usual } from './odd-table.ts';
import { parquet, plainRows, utf16 } from './tables.ts';

const encodings: readonly OddTable[] = (
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

export const oddEncodings: readonly OddTable[] = [
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
];
