/** What is no table, or none that may be read. */
import { join } from 'node:path';
import { gzipBomb, workbook, workbookBomb } from './archives.ts';
import { truncated } from './clips.ts';
import { noise, type RefusedCase, text } from './refused-case.ts';
import { deepJson, parquet, utf16 } from './tables.ts';

export const refusedTables: readonly RefusedCase[] = [
  {
    title: 'JSON nested 100,000 deep',
    kind: 'profiling',
    code: /^JSON_TOO_DEEP$/,
    make: (files) => deepJson(join(files, 'deep.json'), '[', ']'),
  },
  {
    title: 'objects nested 100,000 deep, never closed',
    kind: 'profiling',
    code: /^JSON_TOO_DEEP$/,
    make: (files) => deepJson(join(files, 'deep-objects.json'), '{"a":', ''),
  },
  {
    title: 'gzip bomb',
    kind: 'profiling',
    code: /^DECOMPRESSION_BOMB$/,
    make: (files) => gzipBomb(join(files, 'bomb.csv.gz')),
  },
  {
    title: 'gzip bomb named .csv',
    kind: 'profiling',
    code: /^DECOMPRESSION_BOMB$/,
    make: (files) => gzipBomb(join(files, 'bomb.csv')),
  },
  {
    title: 'XLSX bomb',
    kind: 'profiling',
    code: /^XLSX_BOMB$/,
    make: (files) => workbookBomb(join(files, 'bomb.xlsx')),
  },
  {
    title: 'XLSX bomb that lies about its size',
    kind: 'profiling',
    code: /^XLSX_(?:BOMB|CORRUPT)$/,
    make: (files) => workbookBomb(join(files, 'liar.xlsx'), 1000),
  },
  {
    title: 'XLSX cut off',
    kind: 'profiling',
    code: /^XLSX_CORRUPT$/,
    make: (files) => truncated(workbook(join(files, 'cut.xlsx'), '<row><c><v>1</v></c></row>'), 0.7),
  },
  {
    title: 'XLSX encrypted',
    kind: 'profiling',
    code: /^XLSX_ENCRYPTED$/,
    make: text('locked.xlsx', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)])),
  },
  {
    title: 'XLSX with an external entity',
    kind: 'profiling',
    code: /^XLSX_CORRUPT$|^NOT_A_TABLE$/,
    make: (files) =>
      workbook(join(files, 'entity.xlsx'), '<row><c t="inlineStr"><is><t>&x;</t></is></c></row>', {
        prologue: '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      }),
  },
  {
    title: 'Parquet cut off',
    kind: 'profiling',
    code: /^PARQUET_CORRUPT$/,
    make: async (files) => truncated(await parquet(join(files, 'cut.parquet')), 0.7),
  },
  {
    title: 'Parquet with a damaged footer',
    kind: 'profiling',
    code: /^PARQUET_CORRUPT$/,
    make: text(
      'footer.parquet',
      Buffer.concat([Buffer.from('PAR1'), noise(), Buffer.from([0, 4, 0, 0]), Buffer.from('PAR1')]),
    ),
  },
  { title: 'noise', kind: 'profiling', code: /^NOT_A_TABLE$/, make: text('noise.csv', noise()) },
  {
    title: 'JSON cut off in its first record',
    kind: 'profiling',
    code: /^JSON_CORRUPT$/,
    make: text('cut.json', '[{"a": 1, "b": "tw'),
  },
  {
    title: '10,000 columns',
    kind: 'profiling',
    code: /^TOO_MANY_COLUMNS$/,
    make: text('wide.csv', `${Array.from({ length: 10_000 }, (_, index) => `c${index}`).join(',')}\n`),
  },
  {
    title: 'blank lines alone',
    kind: 'profiling',
    code: /^EMPTY_FILE$/,
    make: text('blank.csv', ' \n\n\r\n'),
  },
  {
    title: 'mark alone',
    kind: 'profiling',
    code: /^EMPTY_FILE$/,
    make: text('mark.csv', utf16('', 'le', 'marked')),
  },
];
