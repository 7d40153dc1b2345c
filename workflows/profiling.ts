import { markOutput } from '../kinds/output-mark.ts';
import { profiling as definition } from '../kinds/profiling/definition.ts';
import type { ResultInput, ResultValue, TableInput, TableValue } from '../kinds/profiling/flow.ts';
import type { ProfilingParams } from '../kinds/profiling/params.ts';
import type { Outcome, RunInput } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';

export function profiling(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('table', 'loads the table, measures columns and pairs');
    const params = run.params as ProfilingParams;
    const table = await run.step<TableValue, TableInput>('profiling.table', { params });

    run.phase('result', 'judges what was measured');
    return run.step<ResultValue, ResultInput>('profiling.result', { table: markOutput(table) });
  });
}
