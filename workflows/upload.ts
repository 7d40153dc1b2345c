import type { InspectInput, InspectValue, ResultInput, ResultValue } from '../kinds/upload/flow.ts';
import { upload as definition } from '../kinds/upload/definition.ts';
import { markOutput } from '../kinds/output-mark.ts';
import type { Outcome, RunInput } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';

export function upload(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    run.phase('digest', 'reads the file once, for its checksums');
    const digest = await run.digest();

    run.phase('inspect', 'says what the file is and lists what is in it');
    const inspect = await run.step<InspectValue, InspectInput>('upload.inspect', {});

    run.phase('result', 'accepts the file, or says why it is held back');
    return run.step<ResultValue, ResultInput>('upload.result', {
      digest: markOutput(digest),
      inspect: markOutput(inspect),
      params: run.params,
    });
  });
}
