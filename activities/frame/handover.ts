/**
 * Files that a step leaves for a later one of its run, should that be done in the same worker. They save work and decide
 * nothing: whoever finds none does the work itself. See docs/decisions/0009.
 */
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttemptDirectory, makeAttemptDirectory } from '../../media/attempt-directory.ts';

export interface Handover {
  /** Takes what an attempt left out of its directory, under its fence. What cannot be kept is gone. */
  keep(fence: number, attemptDirectory: string): Promise<void>;
  /** Moves it into the directory of the attempt that asks, and says where to; null: there is none. Once. */
  take(fence: number, attemptDirectory: string): Promise<string | null>;
  drop(fence: number): Promise<void>;
  /** Drops all. */
  close(): Promise<void>;
}

export interface HandoverOptions {
  /** Directories are made below it, as those of attempts. */
  readonly base: string;
  readonly mostBytes?: number;
  readonly keptMs?: number;
}

const MOST_BYTES = 256 * 1024 * 1024;
const KEPT_MS = 120_000;
/** In the directory of the attempt that leaves it, and where it is held meanwhile; no artefact can be called so. */
const LEFT = '.left';

/** Where an attempt writes what it leaves. */
export function leavingDirectory(attemptDirectory: string): string {
  return join(attemptDirectory, LEFT);
}

export function openHandover({ base, ...bounds }: HandoverOptions): Handover {
  const shelf = openShelf(bounds);
  return {
    async keep(fence, attemptDirectory) {
      const from = leavingDirectory(attemptDirectory);
      const bytes = await bytesIn(from);
      if (bytes === 0) return;
      try {
        const directory = await makeAttemptDirectory(base, `left-${fence}`);
        await shelf.add(fence, directory, bytes);
        await rename(from, join(directory.path, LEFT));
      } catch {
        await shelf.drop(fence);
      }
    },
    async take(fence, attemptDirectory) {
      const directory = shelf.remove(fence);
      if (!directory) return null;
      const to = join(attemptDirectory, `.taken-${fence}`);
      try {
        await rename(join(directory.path, LEFT), to);
        return to;
      } catch {
        return null;
      } finally {
        await directory.remove();
      }
    },
    drop: shelf.drop,
    close: shelf.clear,
  };
}

/** Directories by fence, within bounds of room and time. */
function openShelf({ mostBytes = MOST_BYTES, keptMs = KEPT_MS }: Omit<HandoverOptions, 'base'>) {
  /** Oldest first. */
  const entries = new Map<
    number,
    { readonly directory: AttemptDirectory; readonly bytes: number; readonly timer: NodeJS.Timeout }
  >();
  const remove = (fence: number): AttemptDirectory | undefined => {
    const entry = entries.get(fence);
    entries.delete(fence);
    clearTimeout(entry?.timer);
    return entry?.directory;
  };
  const drop = async (fence: number): Promise<void> => remove(fence)?.remove();
  const held = (): number => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    remove,
    drop,
    async add(fence: number, directory: AttemptDirectory, bytes: number): Promise<void> {
      const timer = setTimeout(() => void drop(fence).catch(() => {}), keptMs).unref();
      entries.set(fence, { directory, bytes, timer });
      for (const oldest of [...entries.keys()]) if (held() > mostBytes) await drop(oldest);
    },
    async clear(): Promise<void> {
      for (const fence of [...entries.keys()]) await drop(fence);
    },
  };
}

/** Of the files that stand in the directory itself; 0 where there is none. */
async function bytesIn(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
