import { largeFile as definition } from '../kinds/large-file/definition.ts';
import type {
  ChunkInput,
  ChunkValue,
  InspectInput,
  InspectValue,
  PlanInput,
  ResultInput,
  ResultValue,
} from '../kinds/large-file/flow.ts';
import { markOutput } from '../kinds/output-mark.ts';
import type { LargeFileParams } from '../kinds/large-file/params.ts';
import type { Plan } from '../kinds/large-file/plan.ts';
import type { Outcome, RunInput, StepAnswer } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';
import type { Run } from './run.ts';

export function largeFile(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    run.phase('plan', 'cuts the file into chunks');
    const params = run.params as LargeFileParams;
    const { value: plan } = await run.step<Plan, PlanInput>('large-file.plan', { params });

    const chunks = await measureChunks(run, plan);

    run.phase('inspect', 'says what the file is and lists what is in it');
    const inspect = await run.step<InspectValue, InspectInput>('large-file.inspect', {});

    run.phase('result', 'joins the chunks');
    const measured = { plan, chunks: chunks.map(markOutput), inspect: markOutput(inspect) };
    return run.step<ResultValue, ResultInput>('large-file.result', measured);
  });
}

/** One after the other: each goes on with the hashes of the one before, and the last one's is the file's. */
async function measureChunks(run: Run, plan: Plan): Promise<readonly StepAnswer<ChunkValue>[]> {
  const chunks: StepAnswer<ChunkValue>[] = [];
  for (let chunk = 0; chunk < plan.chunks; chunk += 1) {
    run.phase('chunk', `${chunk} of ${plan.chunks} chunks measured`);
    const before = chunks.at(-1);
    const input = { plan, chunk, previous: before ? markOutput(before) : null };
    const answer = await run.step<ChunkValue, ChunkInput>('large-file.chunk', input, `chunk-${chunk}`);
    run.digestFrom(answer);
    chunks.push(answer);
  }
  return chunks;
}
