import type { Dirent } from 'node:fs';
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor, CleanMode, Keep, KeepCalls, Ledger, StoredFile } from '../ledger/ledger.ts';
import { checkStore, optionsOf, shown } from './arguments.ts';
import type { Call } from './calls.ts';
import { invalid, OnceflowError } from './errors.ts';
import type { Cleaned, CleanOptions } from './onceflow.ts';
import { needRole } from './operations.ts';

/**
 * Cleans the store of artefacts. The ledger decides, file by file (ledger/operations/clean.ts); here files are found and
 * those that it has released are removed. Whatever cannot be read ends it before anything more is removed.
 */
export interface CleanContext {
  readonly ledger: Pick<Ledger, 'forget' | 'forgetCalls' | 'releaseFiles'>;
  readonly call: Call;
  readonly actor: Actor;
}

const DAY_MS = 24 * 3_600_000;
const GRACE_MS = 3_600_000;
const KEEP_DAYS = 30;
/** A hundred years; Postgres counts back no further than it has dates. */
const MOST_DAYS = 36_500;
/** Asked of the ledger in one statement. */
const FILES_AT_A_TIME = 500;
/** `<kind>/<resource>/<run>/<step>/<instance>/<fence>/<name>`, as attempts store them. */
const PARTS = 7;
const RUN_DEPTH = 3;

export async function clean(context: CleanContext, options: CleanOptions): Promise<Cleaned> {
  const { ledger, call, actor } = context;
  needRole(actor, 'operator', 'to clean');
  const given = optionsOf(options);
  const store = checkStore(given);
  const keep = keepOf(given);
  const mode: CleanMode = given.dryRun ? 'preview' : 'remove';
  // Before the ledger forgets anything: whoever may not read the store learns it now.
  await entriesOf(store);
  const memoryEntries = await call(() => ledger.forget(keep, mode));
  const calls = await call(() => ledger.forgetCalls(keep, mode));
  const files: string[] = [];
  const strange: string[] = [];
  let bytes = 0;
  for await (const { stored, others } of pagesOf(store)) {
    strange.push(...others);
    const released = await call(() => ledger.releaseFiles(stored, keep, mode));
    for (const path of released) {
      bytes += await fromStore(() => sizeOf(store, path), 0);
      if (mode === 'remove') await fromStore(() => remove(store, path), undefined);
      files.push(path);
    }
  }
  return { files: files.sort(), bytes, memoryEntries, calls, strange };
}

function keepOf({
  keepDays = KEEP_DAYS,
  keepCallsDays = KEEP_DAYS,
}: Partial<CleanOptions>): Keep & KeepCalls {
  const keepMs = daysInMs('keepDays', keepDays);
  return { keepMs, keepCallsMs: daysInMs('keepCallsDays', keepCallsDays), graceMs: GRACE_MS };
}

function daysInMs(name: string, days: number): number {
  if (typeof days === 'number' && days >= 0 && days <= MOST_DAYS) return days * DAY_MS;
  throw invalid(
    `${name} is ${shown(days)}, which is no number of days`,
    `use a number from 0 to ${MOST_DAYS}`,
  );
}

interface Page {
  readonly stored: readonly StoredFile[];
  readonly others: readonly string[];
}

/** A store may hold millions of files: no more of them are in memory than the ledger is asked about at once. */
async function* pagesOf(store: string): AsyncGenerator<Page> {
  let stored: StoredFile[] = [];
  let others: string[] = [];
  for await (const { path, file } of walk(store, [])) {
    if (file) stored.push(file);
    else others.push(path);
    if (stored.length + others.length < FILES_AT_A_TIME) continue;
    yield { stored, others };
    [stored, others] = [[], []];
  }
  yield { stored, others };
}

/** Symbolic links, and whatever lies at another depth than artefacts do, are not followed: they are strange. */
async function* walk(
  store: string,
  parts: readonly string[],
): AsyncGenerator<{ readonly path: string; readonly file: StoredFile | null }> {
  for (const entry of await entriesOf(join(store, ...parts))) {
    const here = [...parts, entry.name];
    if (entry.isDirectory() && here.length < PARTS) yield* walk(store, here);
    else yield { path: here.join('/'), file: entry.isFile() ? fileOf(here) : null };
  }
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  const entries = await fromStore(() => readdir(directory, { withFileTypes: true }), []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `gone`: what it means that the file is not there any more, because somebody else cleans or an attempt tidied up. */
async function fromStore<Value>(operation: () => Promise<Value>, gone: Value): Promise<Value> {
  try {
    return await operation();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return gone;
    throw new OnceflowError({
      code: 'STORE_UNUSABLE',
      message: 'the store of artefacts could not be read or changed; nothing was removed after that',
      hint: 'run it where the workers store their artefacts, as a user who may read and write there',
      cause,
    });
  }
}

function fileOf(parts: readonly string[]): StoredFile | null {
  const [, , runId, step, instance, fence] = parts;
  if (parts.length !== PARTS || !runId || !step || !instance || !fence || !/^[1-9]\d{0,14}$/.test(fence))
    return null;
  return { path: parts.join('/'), runId, step, instance, fence: Number(fence) };
}

const sizeOf = async (store: string, path: string): Promise<number> => (await lstat(join(store, path))).size;

/** With the directories of its run that it leaves empty; those above it may be wanted by another run just now. */
async function remove(store: string, path: string): Promise<void> {
  await unlink(join(store, path));
  const parts = path.split('/');
  for (let depth = parts.length - 1; depth >= RUN_DEPTH; depth -= 1) {
    try {
      await rmdir(join(store, ...parts.slice(0, depth)));
    } catch {
      return;
    }
  }
}
