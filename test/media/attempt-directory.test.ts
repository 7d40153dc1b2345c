import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makeAttemptDirectory, sweepAttemptDirectories } from '../../media/attempt-directory.ts';
import { makeDirectory } from './sandboxed.ts';

const module = fileURLToPath(new URL('../../media/attempt-directory.ts', import.meta.url));

test('an attempt has a directory that only its user can enter, and leaves nothing', async () => {
  const base = join(makeDirectory(), 'attempts');
  const attempt = await makeAttemptDirectory(base, 'video.chunk~17');
  expect(statSync(attempt.path).mode & 0o777).toBe(0o700);
  mkdirSync(join(attempt.path, 'deep'));
  writeFileSync(join(attempt.path, 'deep', 'file'), 'x');
  await attempt.remove();
  expect(readdirSync(base)).toEqual([]);
});

test('attempts of one worker come and go at the same time', async () => {
  const base = makeDirectory();
  const rounds = Array.from({ length: 40 }, async (_, index) => {
    const attempt = await makeAttemptDirectory(base, `attempt-${index}`);
    writeFileSync(join(attempt.path, 'file'), 'x');
    await attempt.remove();
  });
  await Promise.all(rounds);
  expect(readdirSync(base)).toEqual([]);
});

test('a name that leads elsewhere, or is taken, is refused', async () => {
  const base = makeDirectory();
  for (const name of ['', '..', '../up', 'a/b', '.hidden']) {
    await expect(makeAttemptDirectory(base, name)).rejects.toThrow(TypeError);
  }
  await makeAttemptDirectory(base, 'one');
  await expect(makeAttemptDirectory(base, 'one')).rejects.toMatchObject({ code: 'EEXIST' });
});

test('the sweep removes what dead owners left, and nothing else', async () => {
  const base = makeDirectory();
  const script = `import { makeAttemptDirectory } from ${JSON.stringify(module)};
    const { path } = await makeAttemptDirectory(process.argv[1], 'left'); console.log(path);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script, base], {
    encoding: 'utf8',
  });
  const left = child.stdout.trim();
  expect(existsSync(left)).toBe(true);
  const mine = await makeAttemptDirectory(base, 'mine');
  mkdirSync(join(base, 'not-an-owner'));
  mkdirSync(join(base, 'another-1-1-1'));
  mkdirSync(join(base, 'longago-1-1-1'));
  utimesSync(join(base, 'longago-1-1-1'), 1, 1);
  expect(await sweepAttemptDirectories(base)).toBe(2);
  expect(existsSync(left)).toBe(false);
  expect(existsSync(join(base, 'longago-1-1-1'))).toBe(false);
  expect(existsSync(join(base, 'another-1-1-1'))).toBe(true);
  expect(existsSync(join(base, 'not-an-owner'))).toBe(true);
  expect(existsSync(mine.path)).toBe(true);
});
