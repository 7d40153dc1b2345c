/** Kinds from outside: what a module must bring, and how its errors are told. */
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { connect } from '../../client/index.ts';
import { defineAnalysis } from '../../kinds/define.ts';
import { KindModuleError } from '../../outside/errors.ts';
import { camelCase } from '../../outside/kind-module.ts';
import { loadKinds } from '../../outside/load.ts';
import { builtIn } from '../../workers/built-in.ts';
import { withOutside } from '../../workers/kinds.ts';
import { bundleWorkflows } from '../../workers/bundle.ts';

const directory = mkdtempSync(join(tmpdir(), 'outside-kinds-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const step = (name: string, readsInput: boolean) =>
  `{ name: '${name}', queue: 'cpu', version: 1, timeoutMs: 1000, stallMs: 1000, summary: '', readsInput: ${readsInput}, remembered: true }`;
const definition = (kind: string) => `{
  kind: '${kind}', policy: 'no-repeat', version: 1, title: 'T', resultStep: '${kind}.result',
  resultSchema: 'analysis.${kind}/1', longRunningMs: 1000,
  steps: [${step(`${kind}.digest`, true)}, ${step(`${kind}.result`, false)}] }`;
const good = (kind: string) => `{
  definition: ${definition(kind)},
  implementations: { '${kind}.result': async () => ({ value: null, document: {} }) },
  workflowsPath: new URL('workflows.ts', import.meta.url).href }`;

let made = 0;
function moduleOf(text: string): string {
  made += 1;
  const name = `./kinds-${made}.mjs`;
  writeFileSync(join(directory, name), text);
  return name;
}
writeFileSync(
  join(directory, 'workflows.ts'),
  'export async function birdSong() {}\nexport async function moth() {}\n',
);

const load = (...names: string[]) => loadKinds(names, { taken: ['video'], directory });
async function errorOf(...names: string[]): Promise<KindModuleError> {
  const error: unknown = await load(...names).catch((thrown: unknown) => thrown);
  if (error instanceof KindModuleError) return error;
  throw new Error(`it was not refused by name: ${String(error)}`);
}

describe('a kind module', () => {
  test('is found by a path, with one kind or a list of them', async () => {
    const one = moduleOf(`export default ${good('moth')};`);
    const list = moduleOf(`export default [${good('bird-song')}];`);
    const kinds = await load(one, list, one);
    expect(kinds.map((kind) => kind.definition.kind)).toEqual(['moth', 'bird-song']);
    expect(kinds[0]?.workflowsPath).toBe(join(directory, 'workflows.ts'));
  });

  test('is found as a package of the working directory', async () => {
    const folder = join(directory, 'node_modules/moths');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"moths","type":"module","exports":"./index.js"}');
    writeFileSync(join(folder, 'workflows.ts'), '');
    writeFileSync(join(folder, 'index.js'), `export default ${good('moth')};`);
    expect((await load('moths')).map((kind) => kind.definition.kind)).toEqual(['moth']);
  });

  test('that is not there is KIND_MODULE_NOT_FOUND', async () => {
    expect(await errorOf('./none.mjs')).toMatchObject({
      code: 'KIND_MODULE_NOT_FOUND',
      module: './none.mjs',
    });
    expect(await errorOf('no-such-package')).toMatchObject({
      code: 'KIND_MODULE_NOT_FOUND',
      message: 'no package no-such-package is installed here',
    });
  });

  test('whose name is taken is KIND_TAKEN', async () => {
    expect(await errorOf(moduleOf(`export default ${good('video')};`))).toMatchObject({ code: 'KIND_TAKEN' });
    const moth = `export default ${good('moth')};`;
    expect(await errorOf(moduleOf(moth), moduleOf(moth))).toMatchObject({ code: 'KIND_TAKEN' });
  });

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['throws', `throw new Error('no luck');`, /does not load: no luck/],
    ['has a typing mistake', 'export default {', /does not load/],
    ['exports nothing', '', /no default export/],
    ['exports an empty list', 'export default [];', /no default export/],
    ['exports a number', 'export default 7;', /no object/],
    ['has no definition', 'export default {};', /definition is wrong/],
    [
      'has a wrong queue',
      `export default ${good('moth').replace("queue: 'cpu'", "queue: 'fast'")};`,
      /queue: fast is none of/,
    ],
    [
      'has a wrong policy',
      `export default ${good('moth').replace('no-repeat', 'never')};`,
      /policy: never is none of/,
    ],
    [
      'lacks a step',
      `export default ${good('moth').replace("'moth.result':", "'moth.other':")};`,
      /moth.result is declared and has no/,
    ],
    [
      'has one too many',
      `export default ${good('moth').replace('implementations: {', "implementations: { 'moth.x': async () => ({}),")};`,
      /moth.x is implemented and not declared/,
    ],
    [
      'has a relative path',
      `export default { ...${good('moth')}, workflowsPath: './workflows.ts' };`,
      /is relative/,
    ],
    [
      'names a workflow file that is not there',
      `export default { ...${good('moth')}, workflowsPath: '/no/where.ts' };`,
      /is not there/,
    ],
    ['has params that are no schema', `export default { ...${good('moth')}, params: {} };`, /no schema/],
  ];
  test.each(broken)('that %s is KIND_MODULE_BROKEN', async (_, text, why) => {
    const error = await errorOf(moduleOf(text));
    expect(error.code).toBe('KIND_MODULE_BROKEN');
    expect(error.message).toMatch(why);
    expect(error.hint).toContain('docs/add-a-kind.md');
  });

  test('that cannot be used is a typed error of connect, before anything is connected to', async () => {
    const kinds = [join(directory, 'none.mjs')];
    await expect(connect({ databaseUrl: 'postgres://nobody@127.0.0.1:9/none', kinds })).rejects.toMatchObject(
      {
        name: 'OnceflowError',
        code: 'KIND_MODULE_NOT_FOUND',
      },
    );
  });
});

describe('what a worker makes of it', () => {
  const inDirectory = (name: string) => join(directory, name);

  test('the shared digest is added, and the built-in kinds stay', async () => {
    const kinds = await withOutside(builtIn, [inDirectory(moduleOf(`export default ${good('moth')};`))]);
    expect(Object.keys(kinds.implementations)).toEqual(
      expect.arrayContaining(['moth.digest', 'moth.result', 'video.probe']),
    );
    expect(kinds.definitions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['moth', 'video']));
  });

  test('one bundle holds all workflows, each under the name of its kind, and is made once', async () => {
    const kinds = await withOutside(builtIn, [inDirectory(moduleOf(`export default ${good('bird-song')};`))]);
    const cache = join(directory, 'data/cache');
    const { codePath } = await bundleWorkflows(kinds, cache);
    expect(await bundleWorkflows(kinds, cache)).toEqual({ codePath });
    expect(codePath).not.toBe((await bundleWorkflows(builtIn, cache)).codePath);
  });

  test('a workflow that is not exported is said before anything waits for it', async () => {
    const kinds = await withOutside(builtIn, [inDirectory(moduleOf(`export default ${good('wasp')};`))]);
    await expect(bundleWorkflows(kinds, join(directory, 'data/cache'))).rejects.toMatchObject({
      code: 'KIND_MODULE_BROKEN',
      message: expect.stringContaining('export no function wasp'),
    });
  });

  test('a kind is a name that a workflow can be exported under', () => {
    expect(['video', 'market-scan', 'large-file', 'a-1b'].map(camelCase)).toEqual([
      'video',
      'marketScan',
      'largeFile',
      'a1b',
    ]);
  });
});

test('a definition says what is wrong with it', async () => {
  const kind = (await load(moduleOf(`export default ${good('moth')};`)))[0]?.definition;
  if (!kind) throw new Error('no kind');
  const says = (change: object) => () => defineAnalysis({ ...kind, ...change });
  expect(says({ version: 0 })).toThrow(/version/);
  expect(says({ resultStep: 'moth.x' })).toThrow(/resultStep/);
  expect(says({ steps: [...kind.steps, ...kind.steps] })).toThrow(/two have one name/);
  expect(says({ steps: [{ ...kind.steps[0], name: 'x.y' }] })).toThrow(/resultStep|start with/);
  const [first, ...others] = kind.steps;
  expect(says({ steps: [{ ...first, models: 'yolox-s' }, ...others] })).toThrow(/models: must be a list/);
  expect(says({ steps: [{ ...first, namesResource: 'no' }, ...others] })).toThrow(/namesResource/);
});
