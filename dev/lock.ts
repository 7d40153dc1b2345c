import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { StackError } from './errors.ts';
import { commandOf, isAlive, ownIdentity, type ProcessIdentity } from './identity.ts';
import { readState, writeState } from './state-file.ts';
import { waitUntil } from './wait.ts';

/**
 * A lock between processes of one machine, held by whoever wrote the file with the highest number.
 *
 * Invariants: numbers only grow, and the highest file is never deleted, so a slow process cannot take a number that was
 * given back. A file counts as free when its owner is dead (pid and start time) or has marked it released; the next
 * owner makes the next number, by link(2), which only one of two can do. Nothing is ever stolen from a living process.
 */
export interface Lock {
  release(): Promise<void>;
}

interface LockFile {
  readonly owner: ProcessIdentity;
  readonly token: string;
  readonly released: boolean;
}

export interface LockSettings {
  readonly timeoutMs: number;
  /** Called once when the lock is not free at first. */
  readonly onWait?: () => void;
}

/** Throws STACK_BUSY when a living process keeps the lock for longer than the time. */
export async function acquireLock(directory: string, settings: LockSettings): Promise<Lock> {
  await mkdir(directory, { recursive: true });
  const mine: LockFile = { owner: ownIdentity(), token: randomBytes(8).toString('hex'), released: false };
  const draft = join(directory, `draft-${mine.token}`);
  await writeState(draft, mine);
  let held: number | undefined;
  const taken = async () => (held = await tryToTake(directory, draft)) !== undefined;
  try {
    if (!(await taken())) {
      settings.onWait?.();
      await waitUntil(taken, settings.timeoutMs, 50);
    }
  } finally {
    await rm(draft, { force: true });
  }
  if (held === undefined) throw await busy(directory);
  const path = join(directory, `lock-${held}`);
  return { release: () => writeState(path, { ...mine, released: true }) };
}

/** Runs one piece of work under the lock. */
export async function withLock<Value>(
  directory: string,
  settings: LockSettings,
  work: () => Promise<Value>,
): Promise<Value> {
  const lock = await acquireLock(directory, settings);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function tryToTake(directory: string, draft: string): Promise<number | undefined> {
  const highest = (await numbers(directory)).at(-1) ?? 0;
  if (highest > 0 && !(await isFree(directory, highest))) return undefined;
  const next = highest + 1;
  try {
    await link(draft, join(directory, `lock-${next}`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  const known = await numbers(directory);
  if (known.at(-1) !== next) {
    await rm(join(directory, `lock-${next}`), { force: true });
    return undefined;
  }
  for (const older of known.slice(0, -1)) await rm(join(directory, `lock-${older}`), { force: true });
  return next;
}

async function isFree(directory: string, number: number): Promise<boolean> {
  const file = await readState<LockFile>(join(directory, `lock-${number}`));
  return file === undefined || file.released || !isAlive(file.owner);
}

async function numbers(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .map((name) => Number(/^lock-(\d+)$/.exec(name)?.[1]))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
}

async function busy(directory: string): Promise<StackError> {
  const highest = (await numbers(directory)).at(-1) ?? 0;
  const owner = (await readState<LockFile>(join(directory, `lock-${highest}`)))?.owner;
  const who = owner === undefined ? 'another process' : `process ${owner.pid} (${commandOf(owner.pid)})`;
  return new StackError(
    'STACK_BUSY',
    `${who} is starting or stopping the stack of this data directory and has not finished`,
    'wait for it, or end it and try again',
  );
}
