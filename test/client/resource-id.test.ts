import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resourceIdOf } from '../../client/slug.ts';
import { observePin, sourceOf } from '../../client/source.ts';
import { isResourceId } from '../../policy/ids.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slug-'));
  await mkdir(join(directory, 'other'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(name: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, 'bytes');
  return path;
}

it('reads like the file and ends in a hash of its path', async () => {
  expect(await resourceIdOf(await file('Sintel Trailer (720p).mp4'))).toMatch(
    /^sintel-trailer-720p.mp4-[0-9a-f]{8}$/,
  );
});

it('two files of one name differ, one file by two names does not', async () => {
  const [one, other] = [await file('same.mp4'), await file('other/same.mp4')];
  await symlink(one, join(directory, 'link.mp4'));
  expect(await resourceIdOf(one)).not.toBe(await resourceIdOf(other));
  expect(await resourceIdOf(join(directory, 'link.mp4'))).toBe(await resourceIdOf(one));
});

it.each(['-dash.mp4', 'new\nline.mp4', 'quo\'te".csv', '😀.mp4', 'Ünïcode.mp4', `${'x'.repeat(250)}`])(
  'makes a valid id of %j',
  async (name) => {
    expect(isResourceId(await resourceIdOf(await file(name)))).toBe(true);
  },
);

it('a file that is not there has an id too, so that its failure can be recorded', async () => {
  expect(isResourceId(await resourceIdOf(join(directory, 'missing.mp4')))).toBe(true);
});

it('the pin changes with the bytes and is null for what cannot be seen', async () => {
  const source = sourceOf(await file('pinned.csv'));
  const before = await observePin(source);
  expect(before).toMatch(/^5:\d+:\d+$/);
  await writeFile(source.path, 'other bytes');
  expect(await observePin(source)).not.toBe(before);
  expect(await observePin(sourceOf(directory))).toBeNull();
  expect(await observePin(sourceOf(join(directory, 'missing')))).toBeNull();
});
