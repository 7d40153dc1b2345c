import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDevice } from '../../workers/device.ts';

let home = '';
const path = process.env['PATH'];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'onceflow-device-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(home, { recursive: true, force: true });
});

const one = 'GPU-1b2c3d4e-0000-1111-2222-333344445555';
const other = 'GPU-aaaaaaaa-0000-1111-2222-333344445555';
const instance = 'MIG-77777777-0000-1111-2222-333344445555';

/** A stand-in that says what nvidia-smi says of two devices. */
function withDevices(instances = ''): void {
  const program = `#!/bin/sh
case "$*" in
  "--id=0 --query-gpu=uuid --format=csv,noheader") echo "${one}" ;;
  "--id=1 --query-gpu=uuid --format=csv,noheader") echo "${other}" ;;
  "-L") printf 'GPU 0: NVIDIA H100 (UUID: ${one})\\nGPU 1: NVIDIA H100 (UUID: ${other})\\n${instances}' ;;
  *) exit 6 ;;
esac`;
  writeFileSync(join(home, 'nvidia-smi'), program);
  chmodSync(join(home, 'nvidia-smi'), 0o755);
  process.env['PATH'] = `${home}:${path}`;
}

const lockOf = (index: number) => {
  const { lock, provider } = openDevice(join(home, 'data'), index);
  return { lock: basename(lock), provider };
};

it('is named by the UUID of the device, so that hosts which share the directory do not wait for each other', () => {
  withDevices();
  expect(lockOf(0)).toEqual({ lock: `${one}.lock`, provider: 'cuda' });
  expect(lockOf(1)).toEqual({ lock: `${other}.lock`, provider: 'cuda' });
});

it('is named by the MIG instance where the device is cut into such', () => {
  withDevices(`  MIG 1g.10gb     Device  0: (UUID: ${instance})\\n`);
  expect(lockOf(0).lock).toBe(`${one}.lock`);
  expect(lockOf(1).lock).toBe(`${instance}.lock`);
});

it('is named by host and index where there is no such device', () => {
  withDevices();
  const lock = `gpu-${hostname().replace(/[^A-Za-z0-9.-]/g, '_')}-7.lock`;
  expect(lockOf(7)).toEqual({ lock, provider: 'cpu' });
});
