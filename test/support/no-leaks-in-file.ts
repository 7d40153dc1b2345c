/** Setup of every test file: a file that leaves a child process behind fails, and the process is ended. */
import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { describeLeaks, endLeaks, startedHere } from './processes.ts';

const graceMs = 5_000;
const token = randomUUID();
process.env['TEST_FILE_TOKEN'] = token;
const before = new Set(startedHere(`TEST_FILE_TOKEN=${token}`).map((one) => one.pid));

// Registered first, so it runs last: after the file's own hooks have stopped what they started.
afterAll(async () => {
  const remaining = () =>
    startedHere(`TEST_FILE_TOKEN=${token}`).filter(
      (one) => !before.has(one.pid) && !one.command.includes('esbuild'),
    );
  const left = await endLeaks(remaining, graceMs);
  if (left.length > 0)
    throw new Error(`Left running ${graceMs / 1000} s after the file's end:\n${describeLeaks(left)}`);
}, 30_000);
