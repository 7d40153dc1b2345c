import { openBase, stepOptions } from './compose.ts';
import { runUntilStopped } from './drain.ts';
import type { Kinds } from './kinds.ts';
import type { WorkerSettings } from './settings.ts';

/** Steps that wait for disks and networks: digests, uploads, large files. */
export async function runIoWorker(settings: WorkerSettings, kinds: Kinds): Promise<void> {
  const base = await openBase(settings, kinds);
  await runUntilStopped(base, 'io', await stepOptions(base, 'io', settings.ioSlots));
}
