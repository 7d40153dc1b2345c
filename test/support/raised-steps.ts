import type { AnalysisDefinition } from '../../kinds/define.ts';

/** Kinds as a later deployment has them: the version of each step is raised once for each time that it is named. */
export function withRaised(
  definitions: readonly AnalysisDefinition[],
  raised: readonly string[],
): readonly AnalysisDefinition[] {
  const times = (name: string) => raised.filter((step) => step === name).length;
  return definitions.map((definition) => ({
    ...definition,
    steps: definition.steps.map((step) => ({ ...step, version: step.version + times(step.name) })),
  }));
}
