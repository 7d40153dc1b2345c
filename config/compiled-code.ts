/**
 * Where code of ours that was compiled or bundled is kept, so that the next process starts without doing it again: by
 * all data directories of a user together. It is run as it lies there, so the folder is ours alone or is not used.
 */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `cacheDirectory`: by default `.cache` of the user's home. */
export interface CodePlaces {
  readonly cacheDirectory: string | undefined;
  readonly dataDirectory: string;
}

/** Of a user without a cache, as in many containers, it lies in the data directory. */
export function compiledCodeDirectory({ cacheDirectory, dataDirectory }: CodePlaces): string {
  return sharedCodeDirectory(cacheDirectory) ?? join(dataDirectory, 'cache');
}

/** For a program that has not read its settings yet. */
export function codeDirectoryOfUser(): string | undefined {
  return sharedCodeDirectory(process.env['XDG_CACHE_HOME'] || undefined);
}

function sharedCodeDirectory(cacheDirectory: string | undefined): string | undefined {
  try {
    // There are users without a home, and with an empty one.
    const shared = join(cacheDirectory ?? join(homedir(), '.cache'), 'onceflow', 'code');
    if (!isAbsolute(shared)) return undefined;
    mkdirSync(shared, { recursive: true, mode: 0o700 });
    accessSync(shared, constants.W_OK);
    return isOurs(shared) ? shared : undefined;
  } catch {
    return undefined;
  }
}

const WRITABLE_BY_OTHERS = 0o022;

function isOurs(directory: string): boolean {
  const { uid, mode } = statSync(directory);
  return (process.getuid === undefined || uid === process.getuid()) && (mode & WRITABLE_BY_OTHERS) === 0;
}
