import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { StepContext } from '../activities/step-context.ts';

export type Device = NonNullable<StepContext['device']>;

/** The accelerator that a gpu worker serves. Without one the same work is done on the processor, and results say so. */
export function openDevice(dataDirectory: string, index: number): Device {
  const folder = join(dataDirectory, 'devices');
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, `gpu-${index}.lock`);
  closeSync(openSync(lock, 'a'));
  return { index, lock, provider: hasCuda(index) ? 'cuda' : 'cpu' };
}

function hasCuda(index: number): boolean {
  const asked = spawnSync('nvidia-smi', [`--id=${index}`, '--query-gpu=name', '--format=csv,noheader'], {
    stdio: 'ignore',
    timeout: 10_000,
  });
  return asked.status === 0;
}
