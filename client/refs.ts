import type { AnalysisKey, Ledger } from '../ledger/ledger.ts';
import { parseWorkflowId, workflowIdOf } from '../policy/ids.ts';
import type { Call } from './calls.ts';
import { invalid, OnceflowError } from './errors.ts';
import type { AnalysisRef } from './onceflow.ts';

/** What a reference names: an analysis and, where it says so, one generation of it. */
export interface Target {
  readonly key: AnalysisKey;
  readonly workflowId: string;
  readonly generation: number | null;
}

const howToRefer = 'give {kind, resourceId}, {workflowId} or {runId}';

/** Throws NEVER_SUBMITTED for a runId that the ledger does not know, INVALID_ARGUMENT for a malformed reference. */
export async function resolveRef(
  ledger: Pick<Ledger, 'getRun'>,
  call: Call,
  ref: AnalysisRef,
): Promise<Target> {
  // A program without types may hand over anything, a text most of all.
  if (typeof ref !== 'object' || ref === null) {
    throw invalid(`${JSON.stringify(ref)} is no reference`, howToRefer);
  }
  if ('kind' in ref && 'resourceId' in ref) {
    return target({ kind: ref.kind, resourceId: ref.resourceId }, ref.generation ?? null);
  }
  if ('runId' in ref) {
    const run = await call(() => ledger.getRun({ runId: ref.runId }));
    if (run === null) throw neverSubmitted({ runId: ref.runId });
    return target({ kind: run.kind, resourceId: run.resourceId }, run.generation);
  }
  if ('workflowId' in ref) {
    const key = parseWorkflowId(ref.workflowId);
    if (key) return target({ kind: key.kind, resourceId: key.resourceId }, null);
    throw invalid(
      `${JSON.stringify(ref.workflowId)} is no workflow ID of an analysis`,
      'it has the form <kind>:<resourceId>, e.g. video:trailer-1a2b3c4d',
    );
  }
  throw invalid('the reference names nothing', howToRefer);
}

function target(key: AnalysisKey, generation: number | null): Target {
  return { key, workflowId: workflowIdOf(key), generation };
}

export function neverSubmitted(ids: { kind?: string; resourceId?: string; runId?: string }): OnceflowError {
  const what = ids.runId ? `run ${ids.runId}` : `${ids.kind}:${ids.resourceId}`;
  return new OnceflowError({
    code: 'NEVER_SUBMITTED',
    message: `${what} was never submitted`,
    hint: 'submit it first, or check the id with `onceflow list`',
    ids,
  });
}
