import { foundSchema } from '../../kinds/content/found.ts';
import { isMismatch } from '../../kinds/content/mismatch.ts';
import { composeUpload } from '../../kinds/upload/compose.ts';
import { upload } from '../../kinds/upload/definition.ts';
import type { ResultInput, ResultValue } from '../../kinds/upload/flow.ts';
import { checksumsSchema, uploadResultSchema } from '../../kinds/upload/result.ts';
import { declaredExtension } from '../content/inspect.ts';
import { stepRecords } from '../result-envelope.ts';
import type { StepImplementation } from '../step-context.ts';

const TOOLS: Readonly<Record<string, string>> = {
  'upload.digest': 'node:crypto, hash-wasm',
  'upload.inspect': 'onceflow content inspect',
};

/** Judges what the other steps found; the only step that tells the resource's name. */
export const result: StepImplementation<ResultInput, ResultValue> = async (context, input) => {
  const [digest, inspect] = [await context.output(input.digest), await context.output(input.inspect)];
  const found = foundSchema.parse(inspect.document);
  const checksums = checksumsSchema.parse(digest.document);
  const declared = declaredExtension(context.input);
  const { resourceId: id, bytes, name } = context.input;
  const { mime, container } = found.type;
  const document = uploadResultSchema.parse(
    composeUpload({
      resource: {
        ...{ id, sha256: checksums.sha256, bytes, name, declaredType: declared },
        detectedType: { mime, container, by: 'content' },
        mismatch: isMismatch(declared, found),
      },
      steps: stepRecords(upload, [digest, inspect], (step) => ({ tool: TOOLS[step] ?? 'onceflow' })),
      ...{ found, checksums, params: input.params },
    }),
  );
  const starts = document.upload.applies.filter((one) => one.starts).map(({ kind }) => kind);
  return { value: { headline: document.summary.headline, starts }, document };
};
