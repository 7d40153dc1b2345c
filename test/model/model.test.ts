import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { clauses } from '../simulation/clauses.ts';

const tool = new URL('../../tools/model.ts', import.meta.url).pathname;
const missing = ['spin', 'gcc'].filter((program) => spawnSync(program, ['-V']).error !== undefined);
const reason = missing.length > 0 ? ` (skipped: ${missing.join(', ')} not installed)` : '';
const page = readFileSync(new URL('../../docs/model/README.md', import.meta.url), 'utf8');

test.skipIf(missing.length > 0)(
  `the model of the lifecycle holds, and each clause left out has a counterexample${reason}`,
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [tool]);
    expect(stdout).toContain('The model is as it must be.');
    expect(stdout).not.toContain('WRONG');
    for (const clause of Object.keys(clauses)) expect(stdout).toContain(`ok [literal ${clause}`);
  },
  600_000,
);

test('the page of the model names each clause, where it stands in the code, and only files that are there', () => {
  const rows = [...page.matchAll(/^\| ([A-Z]+) \| .+ \| (.+) \|$/gm)];
  expect(rows.map(([, clause]) => clause).sort()).toEqual(Object.keys(clauses).sort());
  for (const [, , where] of rows) {
    for (const [, link] of where?.matchAll(/\]\(([^)]+)\)/g) ?? []) {
      readFileSync(new URL(link ?? '', new URL('../../docs/model/README.md', import.meta.url)));
    }
  }
});
