/** The package promises to run on Node 20.19, and a module that imports what that Node lacks does not even load there. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { olderNode } from '../support/older-node.ts';

const repository = resolve(import.meta.dirname, '../..');
const { include } = z
  .object({ include: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(join(repository, 'tsconfig.build.json'), 'utf8')));

/** `node:zlib createGunzip`: each name that a shipped module imports from Node itself. */
function importedNames(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of globSync(`{${include.join(',')}}/**/*.ts`, { cwd: repository })) {
    const text = readFileSync(join(repository, path), 'utf8');
    for (const [, list = '', from = ''] of text.matchAll(/^import \{([^}]+)\} from '(node:[^']+)'/gm)) {
      for (const name of list.split(',').map((one) => one.trim().split(' as ')[0] ?? '')) {
        if (name !== '' && !name.startsWith('type ')) names.add(`${from} ${name}`);
      }
    }
  }
  return names;
}

test.skipIf(olderNode === undefined)('an older Node has every name that is imported from it', () => {
  const names = [...importedNames()];
  expect(names).toContain('node:zlib crc32');
  const script = `
    const missing = [];
    for (const one of ${JSON.stringify(names)}) {
      const [from, name] = one.split(' ');
      if (!(name in (await import(from)))) missing.push(one);
    }
    console.log(JSON.stringify(missing));`;
  const said = execFileSync(olderNode ?? '', ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([]);
});
