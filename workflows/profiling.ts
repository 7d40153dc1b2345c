import { profiling as definition } from '../kinds/profiling/definition.ts';
import type { Outcome, RunInput } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';

export function profiling(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    await run.digest();
    return run.step('profiling.table', { params: run.params });
  });
}
