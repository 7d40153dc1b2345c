import { openBase, stepOptions } from './compose.ts';
import { openDevice } from './device.ts';
import { runUntilStopped } from './drain.ts';
import type { Kinds } from './kinds.ts';
import type { WorkerSettings } from './settings.ts';

/** One device, one slot and so one poller: nothing waits in this process for work that another one has finished. */
export async function runGpuWorker(settings: WorkerSettings, kinds: Kinds): Promise<void> {
  const base = await openBase(settings, kinds);
  const device = openDevice(settings.dataDirectory, settings.gpuDevice);
  const options = await stepOptions(base, 'gpu', 1, device);
  await runUntilStopped(base, 'gpu', options, { device: `gpu-${device.index} (${device.provider})` });
}
