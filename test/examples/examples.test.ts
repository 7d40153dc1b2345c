/** Each example is a package of its own: its tests run in a project that has the packed package and nothing of ours. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeStackData } from '../../dev/stack.ts';
import { packOnce, type Packed } from '../support/packed.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const TIMEOUT_MS = 600_000;

let packed: Packed;
beforeAll(async () => {
  packed = await packOnce();
}, 200_000);
afterAll(() => packed?.remove());

/** Its files, each a block of the page under a heading that names it, and the program that uses them. */
function filesOf(page: string): ReadonlyMap<string, string> {
  const blocks = [...page.matchAll(/^## \d+\. .*: `([^`]+)`\n\n```js\n([\s\S]*?)```/gm)];
  const program = /In a program:\n\n```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  return new Map([
    ...blocks.map(([, name = '', text = '']) => [name, text] as const),
    ['program.js', program],
  ]);
}

/** Its own tests, as `npm test` there runs them. */
function runTests(project: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--test', '--test-reporter=tap'], { cwd: project });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (process.env['ONCEFLOW_TEST_VERBOSE']) process.stderr.write(chunk);
      });
    }
    child.once('error', fail);
    child.once('close', (code) => done({ code, output }));
  });
}

const names = ['market-scan', 'domain-scan'];

test.each(names)(
  '%s: its own tests pass against the packed package',
  { timeout: TIMEOUT_MS },
  async (name) => {
    const { code, output } = await runTests(await packed.projectFrom(join(examples, name)));
    expect(code, output).toBe(0);
    expect(output).toMatch(/^# fail 0$/m);
    expect(output).toMatch(/^# skipped 0$/m);
  },
);

test('the kind that docs/add-a-kind.md makes does what the page says', { timeout: TIMEOUT_MS }, async () => {
  const page = readFileSync(resolve(examples, '../docs/add-a-kind.md'), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'add-a-kind-'));
  const files = filesOf(page);
  expect([...files.keys()].slice(0, 5)).toEqual([
    'definition.js',
    'workflow.js',
    'steps.js',
    'schemas.js',
    'index.js',
  ]);
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, 'package.json'), '{ "name": "word-count", "type": "module" }');
  writeFileSync(join(folder, 'hamlet.txt'), 'to be or not to be\n');
  try {
    const project = await packed.projectFrom(folder);
    const { stdout } = await promisify(execFile)(process.execPath, ['program.js'], { cwd: project });
    expect(stdout).toBe('6 words, 4 different\n');
    await removeStackData(join(project, '.onceflow'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each(names)('%s imports the package by its name, and nothing outside its own folder', (name) => {
  const files = readdirSync(join(examples, name), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))) {
    const depth = file.split('/').length - 1;
    const text = readFileSync(join(examples, name, file), 'utf8');
    for (const [, target = ''] of text.matchAll(/from '([^']+)'/g)) {
      expect(
        target.split('/').filter((part) => part === '..').length,
        `${file}: ${target}`,
      ).toBeLessThanOrEqual(depth);
    }
  }
});
