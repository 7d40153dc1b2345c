/** What cannot be analysed: each ends in one attempt, with a code, a sentence and a hint, and harms nobody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesWith, layLures, type Lures } from '../support/hostile/lures.ts';
import type { RefusedCase } from '../support/hostile/refused-case.ts';
import { refusedFilms } from '../support/hostile/refused-films.ts';
import { refusedPlaces } from '../support/hostile/refused-places.ts';
import { refusedTables } from '../support/hostile/refused-tables.ts';
import { refusedTexts } from '../support/hostile/refused-texts.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { expectPlain, type Refusal, refusalOf } from '../support/hostile/verdicts.ts';
import { type Product, startProduct } from '../support/product.ts';

const cases: readonly RefusedCase[] = [
  ...refusedPlaces('video', 'mp4'),
  ...refusedPlaces('profiling', 'csv'),
  ...refusedFilms,
  ...refusedTables,
  ...refusedPlaces('text', 'txt'),
  ...refusedTexts,
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
  const named = ['empty', 'text named .mp4', 'JSON nested 100,000 deep', 'FIFO', 'missing'];
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
    'INPUT_NOT_A_FILE',
    'INPUT_NOT_FOUND',
    'JSON_TOO_DEEP',
    'NOT_A_VIDEO',
  ]);
});

it('prints for people what a name cannot steer', async () => {
  const run = await product.cli(['analyze', '--kind', 'video', 'x\u001b[31m\u202e\n.mp4']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('INPUT_NOT_FOUND');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come
  expect(run.stdout + run.stderr).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
});

it('leaves workers, processes, files and prototypes as they were', async () => {
  await expectUntouched(product, temporary.path, before);
});
