import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InputError, openInput, samePin } from '../../media/input.ts';
import { makeDirectory } from './sandboxed.ts';

const refusalOf = async (path: string, root: string, maxBytes?: number): Promise<InputError> => {
  const bounds = maxBytes === undefined ? { roots: [root] } : { roots: [root], maxBytes };
  const error = await openInput(path, bounds).then(
    () => new Error('accepted'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(InputError);
  const refusal = error as InputError;
  expect(refusal.message).not.toContain(root);
  expect(refusal.hint).not.toContain(root);
  return refusal;
};

test('a file below a root is pinned by size, time and identity', async () => {
  const root = makeDirectory();
  const path = join(root, "-a'b \n\u{1f3ac}.mp4");
  writeFileSync(path, 'film');
  const first = await openInput(path, { roots: ['/nowhere', root] });
  expect(first).toMatchObject({ realPath: path, bytes: 4 });
  expect(first.mtimeNs).toMatch(/^\d{19}$/);
  expect(samePin(first, await openInput(path, { roots: [root] }))).toBe(true);
  appendFileSync(path, '!');
  expect(samePin(first, await openInput(path, { roots: [root] }))).toBe(false);
});

test('the same bytes in another file are another pin', async () => {
  const root = makeDirectory();
  const [path, other] = [join(root, 'a'), join(root, 'b')];
  writeFileSync(path, 'film');
  writeFileSync(other, 'film');
  const first = await openInput(path, { roots: [root] });
  renameSync(other, path);
  expect(samePin(first, await openInput(path, { roots: [root] }))).toBe(false);
});

test('what is not a regular file is refused without opening it', async () => {
  const root = makeDirectory();
  mkdirSync(join(root, 'folder'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
  onTestFinished(() => void server.close());
  for (const name of ['folder', 'fifo', 'socket']) {
    expect((await refusalOf(join(root, name), root)).code).toBe('INPUT_NOT_A_FILE');
  }
  expect((await refusalOf('/dev/zero', '/dev')).code).toBe('INPUT_NOT_A_FILE');
});

test('a missing file is told by its base name', async () => {
  const root = makeDirectory();
  writeFileSync(join(root, 'file'), '');
  for (const name of ['film.mp4', 'no/such/film.mp4', 'file/film.mp4', `${'x'.repeat(300)}`, 'a\0b']) {
    const refusal = await refusalOf(`${root}/${name}`, root);
    expect([refusal.code, name]).toEqual(['INPUT_NOT_FOUND', name]);
    expect(refusal.message).toContain(JSON.stringify(basename(name)).slice(1, -1));
  }
});

test('a symbolic link may lead within the roots, not out of them', async () => {
  const root = makeDirectory();
  const outside = join(makeDirectory(), 'secret');
  writeFileSync(outside, 'secret');
  writeFileSync(join(root, 'film'), 'film');
  symlinkSync('film', join(root, 'within'));
  symlinkSync(outside, join(root, 'out'));
  symlinkSync('dangling-target', join(root, 'dangling'));
  symlinkSync('loop', join(root, 'loop'));
  expect((await openInput(join(root, 'within'), { roots: [root] })).realPath).toBe(join(root, 'film'));
  expect((await refusalOf(join(root, 'out'), root)).code).toBe('INPUT_OUTSIDE_ROOTS');
  expect((await refusalOf(join(root, 'dangling'), root)).code).toBe('INPUT_NOT_FOUND');
  expect((await refusalOf(join(root, 'loop'), root)).code).toBe('INPUT_NOT_FOUND');
});

test('a path outside the roots does not tell whether it exists', async () => {
  const root = makeDirectory();
  const beside = makeDirectory();
  writeFileSync(join(beside, 'secret'), 'secret');
  for (const path of [
    join(beside, 'secret'),
    join(beside, 'missing'),
    `${root}/../${basename(beside)}/secret`,
  ]) {
    expect((await refusalOf(path, root)).code).toBe('INPUT_OUTSIDE_ROOTS');
  }
  expect((await refusalOf(`${root}-more`, root)).code).toBe('INPUT_OUTSIDE_ROOTS');
});

test('a root may itself be reached by a link', async () => {
  const real = makeDirectory();
  const link = join(makeDirectory(), 'link');
  symlinkSync(real, link);
  writeFileSync(join(real, 'film'), 'film');
  expect((await openInput(join(link, 'film'), { roots: [link] })).realPath).toBe(join(real, 'film'));
});

test('a file over the cap is refused, one at the cap is not', async () => {
  const root = makeDirectory();
  const path = join(root, 'film');
  writeFileSync(path, '12345');
  expect((await openInput(path, { roots: [root], maxBytes: 5 })).bytes).toBe(5);
  expect((await refusalOf(path, root, 4)).code).toBe('INPUT_TOO_LARGE');
});
