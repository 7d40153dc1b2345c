/**
 * Pins the bytes that an analysis is about: a regular file below one of the configured roots, and what tells whether
 * it is still the same one. Nothing is opened before it is known to be a regular file: opening a FIFO waits, opening
 * a device can do things. Messages name the file by its base name only.
 */
import { constants } from 'node:fs';
import { lstat, open, readlink, realpath } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';

export type InputErrorCode =
  | 'INPUT_NOT_FOUND'
  | 'INPUT_NOT_A_FILE'
  | 'INPUT_OUTSIDE_ROOTS'
  | 'INPUT_TOO_LARGE'
  | 'INPUT_UNREADABLE';

/** Thrown by `openInput`; `hint` says what to do. */
export class InputError extends Error {
  readonly code: InputErrorCode;
  readonly hint: string;

  constructor(code: InputErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InputError';
    this.code = code;
    this.hint = hint;
  }
}

/** Which bytes an attempt read: numbers as decimal strings, since an inode or a time in nanoseconds can pass 2^53. */
export interface InputPin {
  readonly bytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly device: string;
}

export interface Input extends InputPin {
  /** Without symbolic links; below the real path of a root. */
  readonly realPath: string;
}

export interface InputBounds {
  /** Directories below which inputs may lie. */
  readonly roots: readonly string[];
  /** Largest file accepted; no bound unless said. */
  readonly maxBytes?: number;
}

/** Symbolic links are followed as long as they end below a root. Throws InputError. */
export async function openInput(path: string, bounds: InputBounds): Promise<Input> {
  const name = basename(path);
  const roots = await realRoots(bounds.roots);
  const realPath = await resolveInput(path, name, [...roots, ...bounds.roots.map((root) => resolve(root))]);
  if (!roots.some((root) => isBelow(realPath, root))) throw outsideRoots(name);
  try {
    if (!(await lstat(realPath)).isFile()) throw notAFile(name);
    const handle = await open(realPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat({ bigint: true });
      if (!stat.isFile()) throw notAFile(name);
      // A directory on the way may have become a link since realpath looked.
      if ((await openedPath(handle.fd, realPath)) !== realPath) throw outsideRoots(name);
      if (bounds.maxBytes !== undefined && stat.size > bounds.maxBytes) throw tooLarge(name, bounds.maxBytes);
      return {
        realPath,
        bytes: Number(stat.size),
        mtimeNs: String(stat.mtimeNs),
        inode: String(stat.ino),
        device: String(stat.dev),
      };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asInputError(error, name);
  }
}

/** Whether two looks at a file saw the same bytes, as far as size, time and identity tell. */
export function samePin(a: InputPin, b: InputPin): boolean {
  return a.bytes === b.bytes && a.mtimeNs === b.mtimeNs && a.inode === b.inode && a.device === b.device;
}

async function resolveInput(path: string, name: string, roots: readonly string[]): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // Whether a file outside the roots exists is nobody's business.
    if (!roots.some((root) => isBelow(resolve(path), root))) throw outsideRoots(name);
    throw asInputError(error, name);
  }
}

async function realRoots(roots: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(roots.map((root) => realpath(root).catch(() => null)));
  return found.filter((root) => root !== null);
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Where an open descriptor really leads; the path itself on systems without /proc. */
async function openedPath(descriptor: number, otherwise: string): Promise<string> {
  return readlink(`/proc/self/fd/${descriptor}`).catch(() => otherwise);
}

function asInputError(error: unknown, name: string): InputError {
  if (error instanceof InputError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code))
    return notFound(name);
  // A socket took the place of the file.
  if (code === 'ENXIO') return notAFile(name);
  return new InputError(
    'INPUT_UNREADABLE',
    `${quoted(name)} cannot be read${code ? ` (${code})` : ''}.`,
    'Give the workers permission to read the file and the directories above it.',
    { cause: error },
  );
}

function notFound(name: string): InputError {
  return new InputError(
    'INPUT_NOT_FOUND',
    `There is no file ${quoted(name)} where the resource says it is.`,
    'Put the file back, or put the resource with its new path.',
  );
}

function notAFile(name: string): InputError {
  return new InputError(
    'INPUT_NOT_A_FILE',
    `${quoted(name)} is not a regular file.`,
    'Name a file: directories, pipes, sockets and devices cannot be analysed.',
  );
}

function outsideRoots(name: string): InputError {
  return new InputError(
    'INPUT_OUTSIDE_ROOTS',
    `${quoted(name)} lies, or leads, outside the directories that may be analysed.`,
    'Move the file below one of the configured roots, or start the workers (`onceflow up`) with its directory in ONCEFLOW_ROOTS.',
  );
}

function tooLarge(name: string, maxBytes: number): InputError {
  return new InputError(
    'INPUT_TOO_LARGE',
    `${quoted(name)} is larger than the ${maxBytes} bytes allowed.`,
    'Analyse a smaller file, or raise the limit in the configuration.',
  );
}

/** With control characters and line breaks of the name made visible. */
function quoted(name: string): string {
  return JSON.stringify(name);
}
