/** Joins the chunks: artefacts of what is long, sums of the rest. Documents are read one at a time. */
import { isMismatch } from '../../kinds/content/mismatch.ts';
import { foundSchema } from '../../kinds/content/found.ts';
import { artefacts, composeLargeFile } from '../../kinds/large-file/compose.ts';
import { largeFile } from '../../kinds/large-file/definition.ts';
import type { ResultInput, ResultValue } from '../../kinds/large-file/flow.ts';
import { chunkSchema } from '../../kinds/large-file/measured.ts';
import { largeFileResultSchema } from '../../kinds/large-file/result.ts';
import { declaredExtension } from '../content/inspect.ts';
import { stepRecords } from '../result-envelope.ts';
import type { StepContext, StepImplementation, StepOutput } from '../step-context.ts';
import { openJoin } from './join.ts';

const TOOLS: Readonly<Record<string, string>> = {
  'large-file.chunk': 'hash-wasm, node:crypto',
  'large-file.inspect': 'onceflow content inspect',
};

export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const inspect = await context.output(input.inspect);
  const found = foundSchema.parse(inspect.document);
  const { sums, outputs } = await joined(context, input);
  const declared = declaredExtension(context.input);
  const { resourceId: id, bytes, name } = context.input;
  const { mime, container } = found.type;
  const document = largeFileResultSchema.parse(
    composeLargeFile({
      resource: {
        ...{ id, sha256: sums.sha256, bytes, name, declaredType: declared },
        detectedType: { mime, container, by: 'content' },
        mismatch: isMismatch(declared, found),
      },
      steps: stepRecords(largeFile, [...outputs, inspect], (step) => ({ tool: TOOLS[step] ?? 'onceflow' })),
      ...{ plan: input.plan, found, sums },
    }),
  );
  return { value: { headline: document.summary.headline }, document };
};

async function joined(context: StepContext, { chunks, plan }: ResultInput) {
  const join = await openJoin(plan, (name) => context.artefact(name, 'text/csv'));
  const outputs: StepOutput[] = [];
  try {
    for (const [index, fence] of chunks.entries()) {
      context.signal.throwIfAborted();
      const output = await context.output(fence);
      await join.add(index, chunkSchema.parse(output.document), output.ms);
      // Of a thousand chunks only what the records tell is held.
      outputs.push({ ...output, document: null });
      context.progress({ done: index + 1, total: chunks.length, unit: 'chunks' });
    }
    return { sums: await join.end(artefacts.histogram), outputs };
  } finally {
    await join.close();
  }
}
