import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { resourceIdOf } from '../client/index.ts';
import { guessKind } from './guess-kind.ts';
import type { ErrorRecord } from './record.ts';

/** A file named on the command line, and what is to be done with it. */
export type AnalyzeItem =
  | { readonly path: string; readonly name: string; readonly kind: string; readonly resourceId: string }
  | { readonly path: string; readonly name: string; readonly error: ErrorRecord };

const notFound: ErrorRecord = {
  code: 'INPUT_NOT_FOUND',
  message: 'there is no such file',
  hint: 'check the path; a relative one starts at the working directory',
};
const notAFile: ErrorRecord = {
  code: 'INPUT_NOT_A_FILE',
  message: 'this is not a regular file',
  hint: 'name a file, not a directory, pipe or device',
};
const unreadable: ErrorRecord = {
  code: 'INPUT_UNREADABLE',
  message: 'the file cannot be read',
  hint: 'check its permissions',
};

type Head = { readonly head: Uint8Array } | { readonly error: ErrorRecord };

/** First 512 bytes. Never blocks: a pipe without a writer opens at once and is no regular file. */
async function readHead(path: string): Promise<Head> {
  // O_RDONLY | O_NONBLOCK
  const file = await open(path, 0o4000).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO');
  if (typeof file === 'string')
    return { error: file === 'ENOENT' || file === 'ENOTDIR' ? notFound : unreadable };
  try {
    if (!(await file.stat()).isFile()) return { error: notAFile };
    const head = new Uint8Array(512);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return { head: head.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** `kind` and `id` are what the caller asked for; without them content and name decide. */
export async function analyzeItem(path: string, kind?: string, id?: string): Promise<AnalyzeItem> {
  const name = basename(path);
  const read = await readHead(path);
  if ('error' in read) return { path, name, error: read.error };
  return {
    path,
    name,
    kind: kind ?? guessKind(name, read.head),
    resourceId: id ?? (await resourceIdOf(path)),
  };
}
