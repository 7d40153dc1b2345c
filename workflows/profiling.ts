import { profiling as definition } from '../kinds/profiling/definition.ts';
import type { Outcome, RunInput } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';

export function profiling(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('table', 'loads the table, measures columns and pairs');
    return run.step('profiling.table', { params: run.params });
  });
}
