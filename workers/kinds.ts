import type { Implementations } from '../activities/frame/step-activities.ts';
import type { AnalysisDefinition } from '../kinds/define.ts';

/** The kinds that a worker serves: what they are, how their steps are done, and where their workflows are. */
export interface Kinds {
  readonly definitions: readonly AnalysisDefinition[];
  readonly implementations: Implementations;
  /** Module whose exports are the workflows, each named as its kind. */
  readonly workflowsPath: string;
}
