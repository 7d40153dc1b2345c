import { openBase, stepOptions } from './compose.ts';
import { runUntilStopped } from './drain.ts';
import type { Kinds } from './kinds.ts';
import type { WorkerSettings } from './settings.ts';

/** Steps that use processors: one slot for each core, unless configured. */
export async function runCpuWorker(settings: WorkerSettings, kinds: Kinds): Promise<void> {
  const base = await openBase(settings, kinds);
  await runUntilStopped(base, 'cpu', await stepOptions(base, 'cpu', settings.cpuSlots));
}
