import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiledCodeDirectory } from '../../config/compiled-code.ts';
import { removeOldCode } from '../../workers/old-code.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'compiled-code-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('where compiled code is kept', () => {
  const dataDirectory = '/nowhere/data';
  const inCache = (name: string) => join(directory, name);

  it('lies in the cache of the user, for all data directories', () => {
    const cacheDirectory = inCache('own');
    const shared = compiledCodeDirectory({ cacheDirectory, dataDirectory });
    expect(shared).toBe(join(cacheDirectory, 'onceflow', 'code'));
    expect(compiledCodeDirectory({ cacheDirectory, dataDirectory: '/elsewhere' })).toBe(shared);
  });

  it('lies in the data directory where others could write into the cache', () => {
    const cacheDirectory = inCache('open');
    const shared = join(cacheDirectory, 'onceflow', 'code');
    mkdirSync(shared, { recursive: true });
    chmodSync(shared, 0o777);
    expect(compiledCodeDirectory({ cacheDirectory, dataDirectory })).toBe('/nowhere/data/cache');
  });

  it('lies in the data directory of a user without a home', () => {
    const home = process.env['HOME'];
    process.env['HOME'] = '';
    try {
      expect(compiledCodeDirectory({ cacheDirectory: undefined, dataDirectory })).toBe('/nowhere/data/cache');
    } finally {
      process.env['HOME'] = home;
    }
  });

  it('lies in the data directory where there can be no cache', () => {
    const cacheDirectory = inCache('a file');
    writeFileSync(cacheDirectory, '');
    expect(compiledCodeDirectory({ cacheDirectory, dataDirectory })).toBe('/nowhere/data/cache');
  });
});

describe('code that was compiled long ago', () => {
  it('goes, and nothing else does', async () => {
    const place = (name: string, daysAgo: number): string => {
      const path = join(directory, 'code', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      const at = Date.now() / 1000 - daysAgo * 24 * 3600;
      utimesSync(path, at, at);
      return path;
    };
    const old = [place('workflows-1.js', 31), place('node/v24/a', 31), place('programs/v24/b', 31)];
    const others = [
      place('workflows-2.js', 29),
      place('node/v24/c', 1),
      place('onceflow/temporal/1.9.1/temporal', 400),
      place('kinds-1.mjs', 400),
    ];
    await removeOldCode(join(directory, 'code'));
    expect(old.filter((path) => existsSync(path))).toEqual([]);
    expect(others.filter((path) => !existsSync(path))).toEqual([]);
  });
});
