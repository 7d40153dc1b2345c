import { createHash, randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { digestFile } from '../../media/digest.ts';
import { MIB, makeDirectory } from './sandboxed.ts';

test('the digest is that of the bytes, and progress ends at their number', async () => {
  const path = join(makeDirectory(), 'film');
  const bytes = randomBytes(3 * MIB + 17);
  writeFileSync(path, bytes);
  const progress: number[] = [];
  const digest = await digestFile(path, { onProgress: (done) => void progress.push(done) });
  expect(digest).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length });
  expect(progress.at(-1)).toBe(bytes.length);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

test('an empty file has the digest of nothing', async () => {
  const path = join(makeDirectory(), 'empty');
  writeFileSync(path, '');
  expect(await digestFile(path)).toEqual({ sha256: createHash('sha256').digest('hex'), bytes: 0 });
});

test('the event loop goes on, and a signal ends the reading', async () => {
  const path = join(makeDirectory(), 'long');
  writeFileSync(path, '');
  truncateSync(path, 4096 * MIB);
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('cancelled by test')), 300);
  await expect(digestFile(path, { signal: controller.signal })).rejects.toThrow('cancelled by test');
  delays.disable();
  expect(delays.percentile(50) / 1e6).toBeLessThan(150);
});
