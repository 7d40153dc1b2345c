import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createBatch } from '../ledger/batch.ts';
import type { FileSource, Source } from '../ledger/ledger.ts';
import { isObject, shown } from './arguments.ts';
import { invalid } from './errors.ts';

/** A path, as people write it, or a source as it is. Relative paths are resolved here: workers have another directory. */
export function sourceOf(source: string | FileSource): FileSource;
export function sourceOf(source: string | Source): Source;
export function sourceOf(source: string | Source): Source {
  const asked: unknown = source;
  if (typeof asked === 'string') return { type: 'file', path: resolve(usable(asked)) };
  if (isObject(asked) && asked['type'] === 'none') return { type: 'none' };
  if (isObject(asked) && asked['type'] === 'file')
    return { type: 'file', path: resolve(usable(asked['path'])) };
  throw invalid(`the source is ${shown(asked)}`, "give a path, {type: 'file', path} or {type: 'none'}");
}

/** Half of a surrogate pair, which is no UTF-8. */
const halfPair = /\p{Surrogate}/u;

/** No file has such a path; an empty one would mean the working directory. */
function usable(path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\u0000') && !halfPair.test(path))
    return path;
  throw invalid(`the source's path is ${shown(path)}`, 'give the path of a file, without NUL');
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
