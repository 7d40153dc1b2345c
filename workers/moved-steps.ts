import type { StepQueues } from '../activities/contract.ts';
import type { AnalysisDefinition } from '../kinds/define.ts';
import { TEXT_RECOGNISER } from '../kinds/models/catalogue.ts';

/** Steps that read text are declared for cpu, so that they do not wait behind films; an installation may want them on gpu. */
export function movedSteps({ steps }: AnalysisDefinition, ocrQueue: 'cpu' | 'gpu'): StepQueues {
  if (ocrQueue === 'cpu') return {};
  const reading = steps.filter(({ queue, models }) => queue === 'cpu' && models?.includes(TEXT_RECOGNISER));
  return Object.fromEntries(reading.map(({ name }) => [name, ocrQueue]));
}
