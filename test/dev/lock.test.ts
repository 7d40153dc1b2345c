import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ownIdentity } from '../../dev/identity.ts';
import { acquireLock, withLock } from '../../dev/lock.ts';
import { writeState } from '../../dev/state-file.ts';

let directory: string;

describe('the lock between processes', () => {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onceflow-lock-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
  });

  test('is held by one at a time', async () => {
    let holders = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++holders);
      for (let turn = 0; turn < 20; turn++) await breathe();
      holders--;
    };
    await Promise.all(Array.from({ length: 12 }, () => withLock(directory, { timeoutMs: 20_000 }, work)));
    expect(most).toBe(1);
    expect(await readdir(directory)).toHaveLength(1);
  });

  test('is taken over from a process that is dead, also where its pid lives on as another process', async () => {
    const owner = { ...ownIdentity(), startedAt: 'another boot' };
    await writeState(join(directory, 'lock-7'), { owner, token: 'x', released: false });
    const lock = await acquireLock(directory, { timeoutMs: 1000 });
    expect(await readdir(directory)).toEqual(['lock-8']);
    await lock.release();
  });

  test('says who holds it when it is not given back in time', async () => {
    const lock = await acquireLock(directory, { timeoutMs: 1000 });
    await expect(acquireLock(directory, { timeoutMs: 100 })).rejects.toThrow(`process ${process.pid}`);
    await lock.release();
    await (await acquireLock(directory, { timeoutMs: 1000 })).release();
  });
});
