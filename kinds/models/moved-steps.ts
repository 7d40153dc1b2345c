import type { AnalysisDefinition } from '../define.ts';
import { ANY_FOR_OBJECTS, TEXT_RECOGNISER } from './catalogue.ts';

const OF_IMAGES: ReadonlySet<string> = new Set([ANY_FOR_OBJECTS, TEXT_RECOGNISER]);

/** Steps that look at images are declared for cpu, so that they do not wait behind films; an installation may want them on gpu. */
export function movedSteps(
  { steps }: Pick<AnalysisDefinition, 'steps'>,
  ocrQueue: 'cpu' | 'gpu',
): Readonly<Record<string, 'cpu' | 'gpu'>> {
  if (ocrQueue === 'cpu') return {};
  const looking = steps.filter(
    ({ queue, models }) => queue === 'cpu' && models?.some((model) => OF_IMAGES.has(model)),
  );
  return Object.fromEntries(looking.map(({ name }) => [name, ocrQueue]));
}
