/** Tables with something wrong in them that can be profiled all the same: right numbers, and what was wrong is said. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfilingResult } from '../../client/index.ts';
import { hostileNames } from '../support/hostile/names.ts';
import { oddContents } from '../support/hostile/odd-contents.ts';
import { oddEncodings } from '../support/hostile/odd-encodings.ts';
import type { Profile } from '../support/hostile/odd-table.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { completed } from '../support/hostile/verdicts.ts';
import { penguins, type Product, startProduct } from '../support/product.ts';

const cases = [...oddEncodings, ...oddContents];
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

it('prints for people what neither names nor cells can steer', async () => {
  const odd = [
    names.find(([title]) => title === 'escape sequence')?.[1] ?? '',
    'escapes.json',
    'right-to-left',
  ];
  const run = await product.cli(['analyze', '--', ...odd]);
  expect(run.code, run.stderr).toBe(1); // The last one does not exist.
  expect(run.stdout).toContain('red');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come
  expect(run.stdout + run.stderr).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
});

it('leaves workers, processes, files and prototypes as they were', async () => {
  await expectUntouched(product, temporary.path, before);
});
