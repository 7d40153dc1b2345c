import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileSource, Source } from '../ledger/ledger.ts';

/** A path, as people write it, or a source as it is. Relative paths are resolved here: workers have another directory. */
export function sourceOf(source: string | FileSource): Source {
  return typeof source === 'string'
    ? { type: 'file', path: resolve(source) }
    : { ...source, path: resolve(source.path) };
}

/**
 * `size:mtimeNs:inode` of the bytes as this machine sees them now, the form that a result is pinned to; null where it
 * cannot see them (the workers may stand elsewhere), which makes nothing stale.
 */
export async function observePin(source: Source | undefined): Promise<string | null> {
  if (source === undefined) return null;
  try {
    const seen = await stat(source.path, { bigint: true });
    return seen.isFile() ? `${seen.size}:${seen.mtimeNs}:${seen.ino}` : null;
  } catch {
    return null;
  }
}
