import type { InspectInput, InspectValue, PlanInput } from '../../kinds/large-file/flow.ts';
import { type Plan, planOf } from '../../kinds/large-file/plan.ts';
import { inspectContent } from '../content/inspect.ts';
import type { StepImplementation } from '../step-context.ts';
import { chunk } from './chunk.ts';
import { result } from './result.ts';

const plan: StepImplementation<PlanInput, Plan> = async (context, { params }) => {
  return { value: planOf(context.input.bytes, params) };
};

const inspect: StepImplementation<InspectInput, InspectValue> = async (context) => {
  const found = await inspectContent(context);
  return {
    value: { container: found.type.container, entries: found.archive?.n_entries ?? 0 },
    document: found,
  };
};

/** Implementations by the names of their steps. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const largeFileSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'large-file.plan': plan,
  'large-file.chunk': chunk,
  'large-file.inspect': inspect,
  'large-file.result': result,
};
