import { markOutput } from '../kinds/output-mark.ts';
import { text as definition } from '../kinds/text/definition.ts';
import type { MeasureInput, MeasureValue, ResultInput } from '../kinds/text/flow.ts';
import type { TextParams } from '../kinds/text/params.ts';
import type { Outcome, RunInput } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';

export function text(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as TextParams;
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('measure', 'finds the encoding, counts, and looks for languages and private entries');
    const measure = await run.step<MeasureValue, MeasureInput>('text.measure', { params });

    run.phase('result', 'judges what was measured');
    return run.step<unknown, ResultInput>('text.result', { measure: markOutput(measure), params });
  });
}
