/** What cannot be analysed: each ends in one attempt, with a code, a sentence and a hint, and harms nobody. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipBomb, workbook, workbookBomb } from '../support/hostile/archives.ts';
import { clip, rawWithoutSize, truncated, withoutSize } from '../support/hostile/clips.ts';
import { filesWith, layLures, type Lures } from '../support/hostile/lures.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { deepJson, parquet, plainRows, utf16 } from '../support/hostile/tables.ts';
import { expectPlain, type Kind, type Refusal, refusalOf } from '../support/hostile/verdicts.ts';
import { type Product, startProduct } from '../support/product.ts';

interface Case {
  readonly title: string;
  readonly kind: Kind;
  readonly code: RegExp;
  readonly make: (directory: string) => string | Promise<string>;
}

const text = (name: string, content: string | Buffer) => (directory: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

/** Objects of the file system that are no files, for either kind. */
const places = (kind: Kind, extension: string): readonly Case[] => [
  { title: 'missing', kind, code: /^INPUT_NOT_FOUND$/, make: (files) => join(files, `missing.${extension}`) },
  { title: 'empty', kind, code: /^EMPTY_FILE$/, make: text(`empty.${extension}`, '') },
  {
    title: 'directory',
    kind,
    code: /^INPUT_NOT_A_FILE$/,
    make: (files) => made(join(files, `directory.${extension}`), mkdirSync),
  },
  {
    title: 'FIFO',
    kind,
    code: /^INPUT_NOT_A_FILE$/,
    make: (files) => made(join(files, `fifo.${extension}`), (path) => execFileSync('mkfifo', [path])),
  },
  {
    title: 'link out of the roots',
    kind,
    code: /^INPUT_OUTSIDE_ROOTS$/,
    make: (files) => made(join(files, `link.${extension}`), (path) => symlinkSync('/etc/passwd', path)),
  },
  {
    title: 'link to a device',
    kind,
    code: /^INPUT_OUTSIDE_ROOTS$/,
    make: (files) => made(join(files, `zero.${extension}`), (path) => symlinkSync('/dev/zero', path)),
  },
  {
    title: 'link to itself',
    kind,
    code: /^INPUT_(?:NOT_FOUND|UNREADABLE)$/,
    make: (files) => made(join(files, `loop.${extension}`), (path) => symlinkSync(`loop.${extension}`, path)),
  },
  { title: 'outside of the roots', kind, code: /^INPUT_OUTSIDE_ROOTS$/, make: () => '/etc/hostname' },
  {
    title: 'sparse file of 1 TiB',
    kind,
    code: /^INPUT_TOO_LARGE$/,
    make: (files) =>
      made(join(files, `sparse.${extension}`), (path) => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      }),
  },
];

function made(path: string, make: (path: string) => unknown): string {
  make(path);
  return path;
}

const films: readonly Case[] = [
  { title: 'one byte', kind: 'video', code: /^NOT_A_VIDEO$/, make: text('byte.mp4', 'x') },
  { title: 'text named .mp4', kind: 'video', code: /^NOT_A_VIDEO$/, make: text('text.mp4', plainRows(100)) },
  {
    title: 'noise',
    kind: 'video',
    code: /^(?:NOT_A_VIDEO|UNDECODABLE|NO_VIDEO_STREAM)$/,
    make: text('noise.mp4', noise()),
  },
  {
    title: 'still image named .mp4',
    kind: 'video',
    code: /^IMAGE_NOT_VIDEO$/,
    make: (files) =>
      clip(join(files, 'still.mp4'), {
        output: ['-frames:v', '1', '-c:v', 'png', '-f', 'image2', '-update', '1'],
      }),
  },
  {
    title: '0x0 in YUV4MPEG2',
    kind: 'video',
    code: /^(?:INVALID_DIMENSIONS|UNDECODABLE)$/,
    make: (files) => withoutSize(join(files, 'zero.y4m')),
  },
  {
    title: '0x0 in AVI',
    kind: 'video',
    code: /^(?:INVALID_DIMENSIONS|UNDECODABLE)$/,
    make: (files) => rawWithoutSize(join(files, 'zero.avi')),
  },
  {
    title: 'index missing',
    kind: 'video',
    code: /^UNDECODABLE$/,
    make: (files) => truncated(clip(join(files, 'moov.mp4'), { output: ['-movflags', '0'] }), 0.6),
  },
  {
    title: 'sound alone',
    kind: 'video',
    code: /^NO_VIDEO_STREAM$/,
    make: (files) => clip(join(files, 'sound.mp4'), { audio: 'tone', output: ['-map', '1:a'] }),
  },
  {
    title: 'a header that ends at once',
    kind: 'video',
    code: /^UNDECODABLE$/,
    make: text('ftyp.mp4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0', 'latin1')),
  },
];

function noise(): Buffer {
  let state = 7;
  return Buffer.from(
    Array.from({ length: 100_000 }, () => (state = (state * 48_271) % 2_147_483_647) & 0xff),
  );
}

const tables: readonly Case[] = [
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

const cases: readonly Case[] = [
  ...places('video', 'mp4'),
  ...places('profiling', 'csv'),
  ...films,
  ...tables,
];

const temporary = privateTemporary();
let product: Product;
let lures: Lures;
let before: Surroundings;
const paths = new Map<string, string>();
const idOf = (index: number): string => `refused-${index}`;
const lured = [
  'HLS named .mp4',
  'HLS after a mark and blank lines',
  'ffconcat named .mp4',
  'ffconcat after a comment',
  'DASH named .mp4',
  'SDP named .mp4',
];
const lureId = (title: string): string => `lure-${lured.indexOf(title)}`;

beforeAll(async () => {
  product = await startProduct();
  for (const [index, one] of cases.entries()) paths.set(idOf(index), await one.make(product.files));
  lures = await layLures(product.files);
  before = lookAround(product, temporary.path);
  await product.client.submitMany([
    ...cases.map(({ kind }, index) => ({
      kind,
      resourceId: idOf(index),
      source: paths.get(idOf(index)) ?? '',
    })),
    ...lured.map((title) => ({
      kind: 'video' as const,
      resourceId: lureId(title),
      source: lures.playlists[title] ?? '',
    })),
  ]);
});
afterAll(async () => {
  await lures.close();
  await product.stop();
  temporary.remove();
});

const refusals = new Map<string, Refusal>();

describe('refuses in one attempt, with code, sentence and hint', () => {
  it.each(cases.map((one, index) => ({ ...one, index })))('$kind: $title', async ({ kind, index, code }) => {
    const refusal = await refusalOf(product, { kind, resourceId: idOf(index) });
    refusals.set(idOf(index), refusal);
    expect(refusal.code, refusal.message).toMatch(code);
  });
});

it.each(lured)('opens nothing that a playlist names: %s', async (title) => {
  const refusal = await refusalOf(product, { kind: 'video', resourceId: lureId(title) });
  expect(refusal.code).toMatch(
    title.startsWith('ffconcat after') ? /^PLAYLIST_REFUSED$|^NOT_A_VIDEO$/ : /^PLAYLIST_REFUSED$/,
  );
  expect(JSON.stringify(refusal)).not.toContain(lures.word);
});

it('profiles a playlist as the text that it is, and opens nothing of it', async () => {
  const source = lures.playlists['HLS named .mp4'] ?? '';
  const answer = await product.client.submit('profiling', 'lure-table', { source });
  const { document } = await product.client.result(answer);
  expect(document.profiling.dataset.n_rows).toBeGreaterThan(0);
});

it('has followed no playlist: no connection, no word of the secret in results, artefacts, logs or errors', async () => {
  expect(lures.connections()).toBe(0);
  expect(filesWith(lures.word, [product.embedded.dataDirectory])).toEqual([]);
  const tables = await product.sql(
    `select table_name from information_schema.tables where table_schema = 'onceflow' and table_type = 'BASE TABLE'`,
  );
  for (const { table_name: table } of tables) {
    const rows = await product.sql(`select 1 from onceflow.${String(table)} t where t::text like $1`, [
      `%${lures.word}%`,
    ]);
    expect(rows, String(table)).toEqual([]);
  }
});

it('gives the same answer when the failed one is retried', async () => {
  const refs = cases.map(({ kind }, index) => ({ kind, resourceId: idOf(index) }));
  const answers = await Promise.all(refs.map((ref) => product.client.retry(ref)));
  for (const [index, answer] of answers.entries()) {
    expect(answer).toMatchObject({ outcome: 'started', generation: 2 });
    const again = await refusalOf(product, { ...(refs[index] as (typeof refs)[0]), generation: 2 });
    expect(again).toEqual(refusals.get(idOf(index)));
  }
});

it('says the same through the CLI', async () => {
  const named = [
    'empty',
    'text named .mp4',
    'still image named .mp4',
    'JSON nested 100,000 deep',
    'FIFO',
    'missing',
  ];
  const chosen = cases.flatMap(({ title }, index) =>
    named.includes(title) ? [paths.get(idOf(index)) ?? ''] : [],
  );
  const run = await product.cli(['analyze', '--json', ...chosen]);
  expect(run.code, run.stderr).toBe(1);
  expect(run.records).toHaveLength(chosen.length);
  for (const record of run.records) {
    expectPlain(record['error'] as Refusal);
    expect(record['result']).toBeUndefined();
  }
  const codes = run.records.map((record) => (record['error'] as Refusal).code).sort();
  expect([...new Set(codes)]).toEqual([
    'EMPTY_FILE',
    'IMAGE_NOT_VIDEO',
    'INPUT_NOT_A_FILE',
    'INPUT_NOT_FOUND',
    'JSON_TOO_DEEP',
    'NOT_A_VIDEO',
  ]);
});

it('leaves workers, processes, files and prototypes as they were', async () => {
  await expectUntouched(product, temporary.path, before);
});
