/** Child programs in one file: made once, from the very same sources, and by nobody else's. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PreparedProgram } from '../../activities/prepared-program.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'prepared-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ASK = `
const { preparedProgram } = await import(process.argv[1]);
const [folder, source, most] = JSON.parse(process.argv[2]);
const first = preparedProgram(folder, source);
let last = first;
for (let asked = 0; !last && asked < most; asked += 1) {
  await new Promise((resolve) => setTimeout(resolve, 25));
  last = preparedProgram(folder, source);
}
console.log(JSON.stringify({ first, last }));
`;

interface Asked {
  readonly first: PreparedProgram | null;
  readonly last: PreparedProgram | null;
}

/** As a worker that has just been started, asked until it has the program. */
function ask(entry: string, inlined: readonly string[] = [], most = 400): Asked {
  const source = { node: [process.execPath], entry, inlined };
  const asking = [new URL('../../activities/prepared-program.ts', import.meta.url).href];
  asking.push(JSON.stringify([join(directory, 'programs'), source, most]));
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', ASK, ...asking], {
    encoding: 'utf8',
  });
  return JSON.parse(said) as Asked;
}

const run = (program: PreparedProgram | null): string =>
  execFileSync(process.execPath, [program?.file ?? ''], { encoding: 'utf8', input: '' });

test('a program is bundled once, stays with its sources, and is made anew where one of them changed', () => {
  const [entry, other] = [join(directory, 'entry.ts'), join(directory, 'other.ts')];
  writeFileSync(join(directory, 'beside.txt'), 'read from beside its module');
  writeFileSync(
    entry,
    `import { readFileSync } from 'node:fs';
     import { answer } from './other.ts';
     console.log(answer, readFileSync(new URL('beside.txt', import.meta.url), 'utf8'));`,
  );
  writeFileSync(other, 'export const answer: number = 41;');
  const made = ask(entry);
  expect(made.first).toBeNull();
  expect(run(made.last)).toBe('41 read from beside its module\n');
  expect(ask(entry).first).toEqual(made.last);
  rmSync(made.last?.file ?? '');
  expect(ask(entry)).toEqual({ first: null, last: made.last });
  writeFileSync(other, 'export const answer: number = 42;');
  const changed = ask(entry);
  expect(changed.first).toBeNull();
  expect(run(changed.last)).toBe('42 read from beside its module\n');
});

test('packages stay where they are installed, but for those that are to go in', () => {
  const entry = fileURLToPath(new URL('../../media/image/measure.ts', import.meta.url));
  const codeOf = (inlined: readonly string[]): string => {
    const { last } = ask(entry, inlined);
    // Without a job it loads everything, its decoder too, and ends.
    expect(run(last)).toBe('');
    return readFileSync(last?.file ?? '', 'utf8');
  };
  expect(codeOf([])).toMatch(/from "file:\/\/[^"]+\/node_modules\/sharp\//);
  expect(codeOf(['blurhash', 'sharp'])).not.toMatch(/from "file:/);
});

test('one that cannot be bundled is run from its modules', () => {
  const entry = join(directory, 'broken.ts');
  writeFileSync(entry, `import './missing.ts';`);
  expect(ask(entry, [], 80)).toEqual({ first: null, last: null });
});
