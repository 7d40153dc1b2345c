import type { InspectInput, InspectValue } from '../../kinds/upload/flow.ts';
import { inspectContent } from '../content/inspect.ts';
import type { StepImplementation } from '../step-context.ts';
import { checksums } from './checksums.ts';
import { result } from './result.ts';

const inspect: StepImplementation<InspectInput, InspectValue> = async (context) => {
  const found = await inspectContent(context);
  return {
    value: { container: found.type.container, entries: found.archive?.n_entries ?? 0 },
    document: found,
  };
};

/** Implementations by the names of their steps. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const uploadSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'upload.digest': checksums,
  'upload.inspect': inspect,
  'upload.result': result,
};
