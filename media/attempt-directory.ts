/**
 * Private directories of attempts: `BASE/OWNER/NAME`, for the worker's user alone.
 *
 * OWNER says which process made it: boot, pid namespace, pid and start time. It is the name of the directory, not a
 * file inside, since a name cannot be half written, nor changed by the child that works below. Whoever starts next
 * sweeps what dead owners left. Whether an owner of another boot or container lives cannot be known from here, so
 * its directories are kept for a week.
 */
import { mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startTicks } from './process-group.ts';

const PRIVATE = 0o700;
const FOREIGN_AGE_MS = 7 * 24 * 3_600_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~:-]{0,199}$/;
const OWNER = /^([0-9a-z]+-[0-9a-z]+)-(\d+)-(\d+)$/;

export interface AttemptDirectory {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** Makes `name` below the base, which is made too. An attempt's name is its own: one that exists is an error. */
export async function makeAttemptDirectory(base: string, name: string): Promise<AttemptDirectory> {
  if (!NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} cannot name an attempt's directory.`);
  await mkdir(base, { recursive: true, mode: PRIVATE });
  const owned = join(await realpath(base), ownerName());
  const path = join(owned, name);
  // In one turn: between the two, the removal of this owner's last other directory would take `owned` away.
  mkdirSync(owned, { recursive: true, mode: PRIVATE });
  mkdirSync(path, { mode: PRIVATE });
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      // Other attempts of this worker may still have theirs.
      await rmdir(owned).catch(() => {});
    },
  };
}

/** Removes what dead owners left below the base; answers how many owners that were. */
export async function sweepAttemptDirectories(base: string): Promise<number> {
  const owners = await readdir(base).catch(() => []);
  const abandoned = await Promise.all(owners.map((owner) => isAbandoned(base, owner)));
  const swept = owners.filter((_, index) => abandoned[index]);
  await Promise.all(
    swept.map((owner) => rm(join(base, owner), { recursive: true, force: true, maxRetries: 3 })),
  );
  return swept.length;
}

async function isAbandoned(base: string, owner: string): Promise<boolean> {
  const match = OWNER.exec(owner);
  if (!match) return false;
  if (match[1] === here()) return startTicks(Number(match[2])) !== Number(match[3]);
  const age = await stat(join(base, owner)).catch(() => null);
  return age !== null && Date.now() - age.mtimeMs > FOREIGN_AGE_MS;
}

function ownerName(): string {
  return `${here()}-${process.pid}-${startTicks(process.pid) ?? 0}`;
}

/** This boot and this pid namespace: where a pid and a start time mean something. */
function here(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    return `${boot}-${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    return '0-0';
  }
}
