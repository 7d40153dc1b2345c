import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createBatch } from '../ledger/batch.ts';
import type { FileSource, Source } from '../ledger/ledger.ts';

/** A path, as people write it, or a source as it is. Relative paths are resolved here: workers have another directory. */
export function sourceOf(source: string | FileSource): FileSource;
export function sourceOf(source: string | Source): Source;
export function sourceOf(source: string | Source): Source {
  if (typeof source !== 'string' && source.type === 'none') return source;
  return typeof source === 'string'
    ? { type: 'file', path: resolve(source) }
    : { ...source, path: resolve(source.path) };
}

/**
 * `size:mtimeNs:inode` of the bytes as this machine sees them now, the form that a result is pinned to; null where it
 * cannot see them (the workers may stand elsewhere), which makes nothing stale.
 */
export async function observePin(source: Source | undefined): Promise<string | null> {
  return source === undefined || source.type === 'none' ? null : pinAt(source.path);
}

/** Callers who ask for one file at the same time share a look at it, which begins after the last of them asked. */
const pinAt = createBatch<string, string | null>(
  async (paths) => {
    const looks = new Map<string, Promise<string | null>>();
    for (const path of paths) if (!looks.has(path)) looks.set(path, look(path));
    return Promise.all(paths.map((path) => looks.get(path) as Promise<string | null>));
  },
  { maxItems: 500, maxInFlight: 4 },
);

async function look(path: string): Promise<string | null> {
  try {
    const seen = await stat(path, { bigint: true });
    return seen.isFile() ? `${seen.size}:${seen.mtimeNs}:${seen.ino}` : null;
  } catch {
    return null;
  }
}
