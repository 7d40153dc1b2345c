import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const module = resolve(import.meta.dirname, '../../workers/uncaught.ts');

test('a worker that an unawaited promise ends says so in its log', () => {
  const script = `
    const { tellWhatEndsUs } = await import(${JSON.stringify(module)});
    tellWhatEndsUs('cpu');
    void Promise.reject(new Error('boom'));`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject({
    level: 50,
    msg: 'worker cpu ended',
    error: 'a promise that nobody awaits was rejected: boom',
  });
});
