import { copyFile, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArtefactRow } from '../../ledger/ledger.ts';
import { digestFile } from '../../media/digest.ts';
import type { StepCall } from '../contract.ts';
import { StepFailure } from '../step-context.ts';
import type { Frame } from './frame.ts';

/**
 * The files that an attempt leaves. They are written in its private directory and moved, after it has its answer,
 * to a path of its fence alone: nobody else writes there, and the ledger's commit is what makes them visible.
 */
export interface Artefacts {
  /** Declares a file and says where to write it. */
  declare(name: string, mediaType: string): string;
  /** Moves every declared file into the store. */
  store(): Promise<readonly ArtefactRow[]>;
  /** Takes the attempt's files out of the store again. */
  discard(): Promise<void>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export function artefactStore(frame: Frame): string {
  return join(frame.dataDirectory, 'artefacts');
}

export function openArtefacts(
  frame: Frame,
  call: StepCall,
  attempt: { readonly runId: string; readonly fence: number; readonly directory: string },
): Artefacts {
  const declared = new Map<string, string>();
  const { kind, resourceId, step, instance } = call;
  const own = join(kind, resourceId, attempt.runId, step, instance, String(attempt.fence));
  const shelf = join(artefactStore(frame), own);
  return {
    declare(name, mediaType) {
      if (!NAME.test(name)) throw new RangeError(`${JSON.stringify(name)} cannot name an artefact`);
      declared.set(name, mediaType);
      return join(attempt.directory, name);
    },
    async store() {
      if (declared.size === 0) return [];
      await mkdir(shelf, { recursive: true });
      const rows: ArtefactRow[] = [];
      for (const [name, mediaType] of declared) {
        await move(join(attempt.directory, name), join(shelf, name), step);
        const { sha256, bytes } = await digestFile(join(shelf, name));
        rows.push({ name, mediaType, bytes, sha256, path: join(own, name) });
      }
      await sync(shelf);
      return rows;
    },
    async discard() {
      await rm(shelf, { recursive: true, force: true });
    },
  };
}

/** Whether all files of an earlier attempt are still there, as large as they were. */
export async function arePresent(frame: Frame, artefacts: readonly ArtefactRow[]): Promise<boolean> {
  for (const { path, bytes } of artefacts) {
    const found = await stat(join(artefactStore(frame), path)).catch(() => null);
    if (found?.size !== bytes) return false;
  }
  return true;
}

async function move(from: string, to: string, step: string): Promise<void> {
  if (!(await stat(from).catch(() => null))?.isFile()) throw notWritten(step, from);
  await sync(from);
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await unlink(from);
  }
}

/** The ledger will refer to the file for years: it has to be on the disk before. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notWritten(step: string, path: string): StepFailure {
  const name = path.slice(dirname(path).length + 1);
  return new StepFailure({
    code: 'ARTEFACT_MISSING',
    message: `${step} declared the artefact ${name} and did not write it`,
    hint: 'this is an error of the analysis itself: look at the log of the worker',
    retry: 'backoff',
  });
}
