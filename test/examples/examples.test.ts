/** Each example is a package of its own: its tests run in a project that has the packed package and nothing of ours. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packOnce, type Packed } from '../support/packed.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const TIMEOUT_MS = 600_000;

let packed: Packed;
beforeAll(async () => {
  packed = await packOnce();
}, 200_000);
afterAll(() => packed?.remove());

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
