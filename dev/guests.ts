import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataDirectory } from './data-directory.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './identity.ts';
import { readState, writeState } from './state-file.ts';
import { waitUntil } from './wait.ts';

/**
 * Who works on the stack of a data directory, the owner's own work included: one file per process. A stack that was
 * started for one job serves the jobs that found it running too, so its owner waits for them before it stops. Whoever
 * enters does so before looking for a running stack; the file of a dead process counts for nothing.
 * Throws DATA_DIRECTORY_UNUSABLE.
 */
export async function enterStack(dataDirectory: string): Promise<{ readonly leave: () => Promise<void> }> {
  const directory = guestDirectory(await openDataDirectory(dataDirectory));
  await mkdir(directory, { recursive: true });
  const path = join(directory, String(process.pid));
  await writeState(path, ownIdentity());
  return { leave: () => rm(path, { force: true }) };
}

/** Resolves when no other process works on the stack, or `signal` is aborted. `onWait` is called once if there is one. */
export async function waitForGuests(
  dataDirectory: string,
  settings: { readonly signal: AbortSignal; readonly onWait: () => void },
): Promise<void> {
  const alone = async () => settings.signal.aborted || !(await hasGuests(dataDirectory));
  if (await alone()) return;
  settings.onWait();
  await waitUntil(alone, Number.POSITIVE_INFINITY, 100);
}

async function hasGuests(dataDirectory: string): Promise<boolean> {
  const directory = guestDirectory(dataDirectory);
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (!/^\d+$/.test(name) || name === String(process.pid)) continue;
    if (isAlive(await readState<ProcessIdentity>(join(directory, name)))) return true;
    await rm(join(directory, name), { force: true });
  }
  return false;
}

function guestDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'guests');
}
