import { digest } from '../activities/digest.ts';
import type { Implementations } from '../activities/frame/step-activities.ts';
import type { AnalysisDefinition } from '../kinds/define.ts';
import type { KindModule } from '../outside/kind-module.ts';
import { loadKinds } from '../outside/load.ts';

/** The kinds that a worker serves: what they are, how their steps are done, and where their workflows are. */
export interface Kinds {
  readonly definitions: readonly AnalysisDefinition[];
  readonly implementations: Implementations;
  /** Module whose exports are the workflows, each named as its kind. */
  readonly workflowsPath: string;
  /** Those of them that stand in modules of their own. */
  readonly outside?: readonly KindModule[];
}

/** With the kinds of the modules that the configuration names. Throws KindModuleError. */
export async function withOutside(kinds: Kinds, modules: readonly string[]): Promise<Kinds> {
  const taken = kinds.definitions.map(({ kind }) => kind);
  const outside = await loadKinds(modules, { taken });
  return {
    ...kinds,
    definitions: [...kinds.definitions, ...outside.map(({ definition }) => definition)],
    implementations: Object.assign({}, kinds.implementations, ...outside.map(implementationsOf)),
    outside,
  };
}

/** The digest of bytes is the same for every kind: a module need not bring it. */
function implementationsOf({ definition, implementations }: KindModule): Implementations {
  const name = `${definition.kind}.digest`;
  const declared = definition.steps.some((step) => step.name === name);
  return { ...(declared ? { [name]: digest } : {}), ...implementations };
}
