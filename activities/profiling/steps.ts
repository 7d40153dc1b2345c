import type { StepImplementation } from '../step-context.ts';
import { result } from './result.ts';
import { table } from './table.ts';

/** Implementations by the names of their steps; profiling.digest is shared by all kinds. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const profilingSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'profiling.table': table,
  'profiling.result': result,
};
