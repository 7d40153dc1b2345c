import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeMissingLinks } from '../../dev/postgres-links.ts';

async function packageWith(list: unknown): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'onceflow-links-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'lib'));
  await writeFile(join(root, 'lib', 'libpq.so.5.18'), 'library');
  await writeFile(join(root, 'pg-symlinks.json'), JSON.stringify(list));
  return root;
}

test('the libraries of Postgres have their names though no install script ran, and keep those that they have', async () => {
  const link = (target: string) => ({ source: 'native/lib/libpq.so.5.18', target: `native/lib/${target}` });
  const root = await packageWith([link('libpq.so'), link('libpq.so.5')]);
  await writeFile(join(root, 'lib', 'libpq.so'), 'made before');
  await makeMissingLinks(root);
  await makeMissingLinks(root);
  expect(await readFile(join(root, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  expect(await readFile(join(root, 'lib', 'libpq.so'), 'utf8')).toBe('made before');
});

test('links that cannot be made are told with what to do', async () => {
  const root = await packageWith([{ source: 'native/lib/x', target: 'native/missing/x' }]);
  await expect(makeMissingLinks(root)).rejects.toMatchObject({
    code: 'POSTGRES_UNAVAILABLE',
    hint: expect.stringContaining('npm rebuild'),
  });
});
