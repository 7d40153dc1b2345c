/**
 * Measures one chunk in a child. What the child could go on from is kept for the attempt that follows if this one is
 * killed; the chunk after this one goes on from the document.
 */
import type { ChunkInput, ChunkValue } from '../../kinds/large-file/flow.ts';
import {
  type Checkpoint,
  checkpointSchema,
  chunkSchema,
  type MeasuredChunk,
} from '../../kinds/large-file/measured.ts';
import { spanOf } from '../../kinds/large-file/plan.ts';
import type { MeasureJob } from '../../media/large-file/job.ts';
import { type Program, runProgram } from '../program.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';

const MEBIBYTE = 1024 ** 2;

const PROGRAM: Program = {
  title: 'large-file measure',
  module: 'large-file/measure',
  limits: {
    wallMs: 4 * 3_600_000,
    memory: 'resident',
    memoryBytes: 512 * MEBIBYTE,
    // 32 kB each second, for as long as it may take.
    stdoutBytes: 1024 * MEBIBYTE,
    fileBytes: 64 * MEBIBYTE,
    processes: 64,
  },
  heapMebibytes: 256,
  code: 'MEASURING',
  name: 'The measuring of the file',
  hint: 'Retry the analysis; if it happens again, look at the log of the worker.',
  outcomeBytes: 16 * MEBIBYTE,
};

export const chunk: StepImplementation<ChunkInput, ChunkValue> = async (context, input) => {
  const found = await runProgram(context, PROGRAM, await jobFor(context, input), {
    onLine: (line) => context.keep(JSON.parse(line)),
  });
  const measured = chunkSchema.parse(found);
  return { value: { sha256: measured.file_sha256, bytes: measured.chain.offset }, document: measured };
};

async function jobFor(
  context: StepContext,
  { plan, chunk: index, previous }: ChunkInput,
): Promise<MeasureJob> {
  const { from, to } = spanOf(plan, index);
  return {
    ...{ inputPath: context.input.path, from, to, last: index === plan.chunks - 1 },
    ...{ windowBytes: plan.window_bytes, cut: plan.content_chunks },
    chain: previous === null ? null : (await measuredOf(context, previous)).chain,
    checkpoint: usable(context.kept, from, to),
  };
}

async function measuredOf(context: StepContext, fence: number): Promise<MeasuredChunk> {
  return chunkSchema.parse((await context.output(fence)).document);
}

/** Null, where it does not lie within this chunk: then the chunk begins at its beginning. */
function usable(kept: unknown, from: number, to: number): Checkpoint | null {
  const parsed = checkpointSchema.safeParse(kept);
  if (!parsed.success) return null;
  const { offset } = parsed.data.chain;
  return offset >= from && offset <= to ? parsed.data : null;
}
