import type { Model, ModelFamily, ModelTask } from '../../kinds/models/model.ts';
import { openModels } from '../../workers/models.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ImageSize } from '../program-models.ts';
import { configOf, createOutput, type GlobalOptions, type Output, reportError } from '../session.ts';

type Listed = Awaited<ReturnType<ReturnType<typeof openModels>['list']>>[number];

async function withModels(
  options: GlobalOptions,
  work: (models: ReturnType<typeof openModels>, output: Output) => Promise<number>,
): Promise<number> {
  const output = createOutput(options);
  try {
    return await work(openModels(configOf(options)), output);
  } catch (error) {
    return reportError(error, output);
  }
}

export function list(options: GlobalOptions): Promise<number> {
  return withModels(options, async (models, output) => {
    const all = await models.list();
    for (const one of all) output.record(recordOf(one));
    output.text(tableOf(all));
    return exitCodes.completed;
  });
}

export function pull(name: string, options: GlobalOptions & { readonly file?: string }): Promise<number> {
  return withModels(options, async (models, output) => {
    const { model, fetched } = await models.pull(name, { file: options.file, onProgress: telling(output) });
    output.record({ model: model.name, version: model.version, fetched });
    output.text(`${model.name} ${model.version} ${fetched ? 'is installed' : 'was installed already'}`);
    return exitCodes.completed;
  });
}

export function verify(name: string | undefined, options: GlobalOptions): Promise<number> {
  return withModels(options, async (models, output) => {
    const all = (await models.list()).filter(({ model }) => name === undefined || model.name === name);
    const missing = name !== undefined && all.every(({ state }) => state === 'absent');
    for (const one of all) output.record(recordOf(one));
    if (!missing) output.text(tableOf(all));
    if (missing) output.note(`onceflow: ${name} is not installed`);
    return missing || all.some(({ state }) => state === 'corrupt') ? exitCodes.failed : exitCodes.completed;
  });
}

export interface AddOptions extends GlobalOptions {
  readonly name: string;
  readonly modelVersion: string;
  readonly task: ModelTask;
  readonly family?: ModelFamily;
  readonly licence: string;
  readonly file?: string;
  readonly url?: string;
  readonly sha256?: string;
  readonly vocabulary?: string;
  readonly labels?: string;
  readonly size?: ImageSize;
  readonly channels: 'rgb' | 'bgr';
  readonly scale?: number;
}

export function add(options: AddOptions): Promise<number> {
  return withModels(options, async (models, output) => {
    const from = sourceOf(options);
    if (from === null) {
      output.note('onceflow: give either --file or --url');
      return exitCodes.usage;
    }
    const { name, modelVersion: version, task, family, licence, sha256, vocabulary, labels } = options;
    const request = {
      name,
      version,
      task,
      family,
      licence,
      from,
      sha256,
      vocabulary,
      labels,
      ...imageOf(options),
    };
    const model = await models.add(request, { onProgress: telling(output) });
    output.record(recordOf({ model, origin: 'added', state: 'installed' }));
    output.text(`${model.name} ${model.version} is installed, pinned to sha256 ${digestOf(model)}`);
    return exitCodes.completed;
  });
}

function sourceOf({ file, url }: AddOptions): { readonly file: string } | { readonly url: string } | null {
  if (file !== undefined) return url === undefined ? { file } : null;
  return url === undefined ? null : { url };
}

function imageOf({ size, channels, scale, family }: AddOptions): { readonly image?: Model['image'] } {
  const usual = family === 'yolov8' ? 1 / 255 : 1;
  return size ? { image: { ...size, channels, scale: scale ?? usual } } : {};
}

/** Once a second, on stderr. */
function telling(output: Output): (file: string, bytes: number, total: number | null) => void {
  let last = performance.now();
  return (file, bytes, total) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    output.note(`${file}: ${megabytes(bytes)}${total === null ? '' : ` of ${megabytes(total)}`}`);
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function digestOf({ files }: Model): string {
  return files.find(({ role }) => role === 'model')?.sha256 ?? '';
}

function recordOf({ model, origin, state }: Listed): object {
  const { name, version, task, family, licence } = model;
  const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
  return { model: name, version, task, family, licence, origin, state, bytes, sha256: digestOf(model) };
}

const COLUMNS = ['MODEL', 'VERSION', 'TASK', 'STATE', 'FROM', 'SIZE', 'LICENCE'] as const;

function tableOf(all: readonly Listed[]): string {
  const rows = all.map(({ model, origin, state }) => {
    const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
    return [model.name, model.version, model.task, state, origin, megabytes(bytes), model.licence];
  });
  const widths = COLUMNS.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  return [COLUMNS, ...rows]
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
