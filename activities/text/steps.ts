import type { StepImplementation } from '../step-context.ts';
import { measure } from './measure.ts';
import { result } from './result.ts';

/** Implementations by the names of their steps; text.digest is shared by all kinds. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const textSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'text.measure': measure,
  'text.result': result,
};
