import { analyse, markOutput, type Outcome, type RunInput } from 'onceflow/workflow';
import { definition } from './definition.ts';

export function stockAnalysis(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();
    run.phase('measure', 'computes the indicators');
    const measured = await run.step('stock-analysis.measure', { params: run.params });
    run.phase('result', 'writes the result');
    return run.step('stock-analysis.result', { measured: markOutput(measured) });
  });
}
