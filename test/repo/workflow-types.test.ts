/** Workflow code must not even compile against Node: its tsconfig leaves those types out. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'workflow-types-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));

const compile = async (text: string): Promise<string> => {
  // With the SDK imported: its own declarations must not bring Node's along.
  writeFileSync(
    join(directory, 'probe.mts'),
    `import { sleep } from '@temporalio/workflow';\n${text}export { sleep };\n`,
  );
  const config = {
    extends: join(repository, 'workflows/tsconfig.json'),
    compilerOptions: { rootDir: '/', incremental: false, tsBuildInfoFile: null },
    include: ['probe.mts'],
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules/.bin/tsc');
  return run(tsc, ['-p', directory]).then(
    ({ stdout }) => stdout,
    (error: unknown) => String((error as { stdout?: unknown }).stdout),
  );
};

test.each(['process.pid', "await import('node:fs')", 'document.title', 'fetch("x")'])(
  'a workflow that says `%s` does not compile',
  async (expression) => {
    expect(await compile(`export const found = ${expression};\n`)).toMatch(
      /error TS(2304|2580|2584|2591|2307)/,
    );
  },
);

test('plain code compiles', async () => {
  expect(await compile('export const found = [1, 2].toSorted();\n')).toBe('');
});
