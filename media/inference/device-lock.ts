/**
 * The lock of a device, held by the inference child itself and only while a step uses it.
 *
 * flock(1) locks a descriptor that it inherits from us: the lock belongs to the open file, so it stays when flock has
 * ended, and is free when this process is gone, whatever became of the worker.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { Refused } from './runtime.ts';

export interface DeviceLock {
  readonly take: (path: string) => Promise<void>;
  readonly release: () => void;
}

export function createDeviceLock(): DeviceLock {
  let held: number | null = null;
  return {
    async take(path) {
      const descriptor = opened(path);
      const flock = spawn('flock', ['-x', '3'], {
        stdio: ['ignore', 'ignore', 'ignore', descriptor],
        env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      });
      const [code] = (await once(flock, 'close').catch((error: unknown) => [String(error)])) as [unknown];
      if (code !== 0) {
        closeSync(descriptor);
        throw new Refused('LOCK_FAILED', `flock ended with ${String(code)}`);
      }
      held = descriptor;
    },
    release() {
      // Nobody else has this open file by now: to close it is to unlock it.
      if (held !== null) closeSync(held);
      held = null;
    },
  };
}

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new Refused('LOCK_FAILED', `its file does not open: ${(error as NodeJS.ErrnoException).code}`);
  }
}
