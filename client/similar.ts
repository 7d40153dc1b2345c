import type { SimilarImage } from '../ledger/ledger.ts';
import { optionsOf, shown } from './arguments.ts';
import { invalid, OnceflowError } from './errors.ts';
import type { SimilarOptions } from './onceflow.ts';
import { newestRun, type OperationContext } from './operations.ts';
import type { Target } from './refs.ts';

const MOST_BITS = 7;
const USUAL_BITS = 6;
const USUAL_LIMIT = 100;
const MOST_IMAGES = 1_000;

/** Throws NEVER_SUBMITTED, NOT_COMPARABLE, INVALID_ARGUMENT. */
export async function similarTo(
  context: Pick<OperationContext, 'ledger' | 'call'>,
  { key, workflowId }: Target,
  options: SimilarOptions | undefined,
): Promise<readonly SimilarImage[]> {
  const { withinBits = USUAL_BITS, limit = USUAL_LIMIT } = optionsOf(options);
  if (!Number.isInteger(withinBits) || withinBits < 0 || withinBits > MOST_BITS) {
    throw invalid(`withinBits is ${shown(withinBits)}`, `give a whole number from 0 to ${MOST_BITS}`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_IMAGES) {
    throw invalid(`limit is ${shown(limit)}`, `give a whole number from 1 to ${MOST_IMAGES}`);
  }
  const { ledger, call } = context;
  const hashes = await call(() => ledger.imageHashes(key));
  if (hashes) return call(() => ledger.similarImages({ ...key, ...hashes, withinBits, limit }));
  const run = await newestRun(context, { key, workflowId, generation: null });
  throw new OnceflowError({
    code: 'NOT_COMPARABLE',
    message: `${workflowId} has no result with hashes to compare by; its newest run is ${run.state}`,
    hint: 'analyse it with kind image and wait for its result; flat pictures cannot be compared',
    ids: { ...key, workflowId },
  });
}
