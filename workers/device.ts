import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { StepContext } from '../activities/step-context.ts';

export type Device = NonNullable<StepContext['device']>;

/** The accelerator that a gpu worker serves. Without one the same work is done on the processor, and results say so. */
export function openDevice(dataDirectory: string, index: number): Device {
  const folder = join(dataDirectory, 'devices');
  mkdirSync(folder, { recursive: true });
  const uuid = uuidOf(index);
  const lock = join(folder, `${lockName(index, uuid)}.lock`);
  closeSync(openSync(lock, 'a'));
  return { index, lock, provider: uuid === undefined ? 'cpu' : 'cuda' };
}

/**
 * Hosts and pods that share the data directory count their devices from 0 each. So a device's lock is named by what the
 * device calls itself, which is the same in all containers that see it; else by the host.
 */
function lockName(index: number, uuid: string | undefined): string {
  if (uuid && /^[A-Za-z0-9-]+$/.test(uuid)) return uuid;
  return `gpu-${hostname().replace(/[^A-Za-z0-9.-]/g, '_')}-${index}`;
}

/** Undefined: nvidia-smi knows no such device. */
function uuidOf(index: number): string | undefined {
  const uuid = answerOf([`--id=${index}`, '--query-gpu=uuid', '--format=csv,noheader'])?.trim();
  return uuid && (firstInstanceOf(uuid) ?? uuid);
}

/** Of a device that is cut into MIG instances CUDA takes the first that it sees; two of them are two devices. */
function firstInstanceOf(uuid: string): string | undefined {
  const [, own = ''] = answerOf(['-L'])?.split(`UUID: ${uuid})`) ?? [];
  const [instances = ''] = own.split(/^GPU /m);
  return /UUID: (MIG-[A-Za-z0-9-]+)\)/.exec(instances)?.[1];
}

function answerOf(question: readonly string[]): string | undefined {
  const asked = spawnSync('nvidia-smi', question, { encoding: 'utf8', timeout: 10_000 });
  return asked.status === 0 ? asked.stdout : undefined;
}
