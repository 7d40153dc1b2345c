/** Global setup: after the last file no process that a test started may be alive, detached ones included. */
import { randomUUID } from 'node:crypto';
import { describeLeaks, endLeaks, startedHere } from './processes.ts';

export default function setup(): () => Promise<void> {
  const token = randomUUID();
  process.env['TEST_RUN_TOKEN'] = token;
  const isRunner = (command: string): boolean => /vitest|esbuild/.test(command);
  return async () => {
    const remaining = () => startedHere(`TEST_RUN_TOKEN=${token}`).filter((one) => !isRunner(one.command));
    const left = await endLeaks(remaining, 5_000);
    if (left.length > 0) throw new Error(`The test run left processes behind:\n${describeLeaks(left)}`);
  };
}
