/** The models of this machine, for the command line: nothing else above the workers knows where they lie. */
import {
  type AddRequest,
  addModel,
  type Fetching,
  type Pulled,
  pullModel,
} from '../activities/inference/install.ts';
import { type ListedModel, openModelRegistry } from '../activities/inference/registry.ts';
import type { Config } from '../config/config.ts';
import type { Model } from '../kinds/models/model.ts';
import { modelsDirectoryOf } from './settings.ts';

export type { AddRequest } from '../activities/inference/install.ts';

export interface Models {
  readonly directory: string;
  /** Reads every file, so it verifies too. */
  readonly list: () => Promise<readonly ListedModel[]>;
  readonly pull: (name: string, how: Fetching & { readonly file?: string | undefined }) => Promise<Pulled>;
  readonly add: (request: AddRequest, how: Fetching) => Promise<Model>;
}

export function openModels(config: Config): Models {
  const registry = openModelRegistry(modelsDirectoryOf(config));
  return {
    directory: registry.directory,
    list: registry.list,
    pull: (name, how) => pullModel(registry, name, how),
    add: (request, how) => addModel(registry, request, how),
  };
}
