/** What a result is computed with now, to be compared with what one was computed with. */
import type { AnalysisDefinition } from './define.ts';
import { MODEL_CATALOGUE } from './models/catalogue.ts';
import { digestOfModel, isTask } from './models/model.ts';

export function madeWithNow(definition: AnalysisDefinition): {
  readonly analyserVersion: number;
  readonly steps: Readonly<Record<string, readonly number[]>>;
  readonly models: Readonly<Record<string, readonly string[]>>;
} {
  return {
    analyserVersion: definition.version,
    steps: Object.fromEntries(definition.steps.map(({ name, version }) => [name, [version]])),
    models: Object.fromEntries(
      definition.steps.map(({ name, models = [] }) => [name, pinnedModels(models, digestInCatalogue)]),
    ),
  };
}

/**
 * `name@digest` of the models that a step names. What answers to a task is left out: which one that is, only the machine
 * knows on which the step runs.
 */
export function pinnedModels(references: readonly string[], digestOf: (name: string) => string): string[] {
  return references.filter((reference) => !isTask(reference)).map((name) => `${name}@${digestOf(name)}`);
}

function digestInCatalogue(name: string): string {
  const model = MODEL_CATALOGUE.find((one) => one.name === name);
  return model ? digestOfModel(model) : 'absent';
}
