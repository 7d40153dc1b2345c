/**
 * Where models lie: in npm packages, or below the models directory as `NAME/VERSION/FILE`, with `model.json` beside
 * the files of a model that a user added. A model counts as installed when every file of it has its pinned digest.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packageFolder } from '../inference/packages.ts';
import { writeWhole } from '../whole-file.ts';

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly source: { readonly package: string; readonly path: string } | { readonly url: string } | null;
}

export interface StoredModel {
  readonly name: string;
  readonly version: string;
  readonly files: readonly StoredFile[];
}

export type FileState = 'installed' | 'absent' | 'corrupt';

const MANIFEST = 'model.json';

export function folderOf(
  directory: string,
  { name, version }: Pick<StoredModel, 'name' | 'version'>,
): string {
  return join(directory, name, version);
}

/** Where a file of the model lies, or would lie; null where the package it comes with is not installed. */
export function pathOf(directory: string, model: StoredModel, { name, source }: StoredFile): string | null {
  if (source === null || 'url' in source) return join(folderOf(directory, model), name);
  const folder = packageFolder(source.package);
  return folder && join(folder, source.path);
}

/** Digests of files that have not changed since, by what identifies their content. */
const measured = new Map<string, Promise<string>>();

/** Reads the whole file the first time; afterwards only if it was touched. */
export async function fileState(path: string | null, { bytes, sha256 }: StoredFile): Promise<FileState> {
  const found = path === null ? null : await stat(path, { bigint: true }).catch(() => null);
  if (path === null || !found?.isFile()) return 'absent';
  if (found.size !== BigInt(bytes)) return 'corrupt';
  const identity = `${path}:${found.size}:${found.mtimeNs}:${found.ino}`;
  const digest = measured.get(identity) ?? digestOf(path);
  measured.set(identity, digest);
  digest.catch(() => measured.delete(identity));
  return (await digest) === sha256 ? 'installed' : 'corrupt';
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Manifests of the models that users added, as they stand there. */
export async function readManifests(directory: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const name of await foldersIn(directory)) {
    for (const version of await foldersIn(join(directory, name))) {
      const text = await readFile(join(directory, name, version, MANIFEST), 'utf8').catch(() => null);
      if (text !== null) found.push(parsed(text));
    }
  }
  return found;
}

/** Last of all, so that a model whose manifest stands is complete. */
export async function writeManifest(directory: string, model: StoredModel): Promise<void> {
  const folder = folderOf(directory, model);
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, MANIFEST), `${JSON.stringify(model, null, 2)}\n`);
}

/** Folders that an inference child must be able to read. */
export async function modelFolders(directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  return [await realpath(directory)];
}

async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
