import type { AnalysisKey, Ledger } from '../ledger/ledger.ts';
import { isKind, parseWorkflowId, workflowIdOf } from '../policy/ids.ts';
import { isObject, shown } from './arguments.ts';
import type { Call } from './calls.ts';
import { invalid, OnceflowError } from './errors.ts';
import type { AnalysisRef } from './onceflow.ts';
import { checkResourceId } from './requests.ts';

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
  const named = partsOf(ref);
  if (named.kind !== undefined && named.resourceId !== undefined) {
    return target(keyOf(named.kind, named.resourceId), generationOf(named.generation));
  }
  if (named.runId !== undefined) {
    const runId = textOf('runId', named.runId);
    const run = await call(() => ledger.getRun({ runId }));
    if (run === null) throw neverSubmitted({ runId });
    return target({ kind: run.kind, resourceId: run.resourceId }, run.generation);
  }
  if (named.workflowId !== undefined) {
    const key = parseWorkflowId(textOf('workflowId', named.workflowId));
    if (key) return target({ kind: key.kind, resourceId: key.resourceId }, null);
    throw invalid(
      `${shown(named.workflowId)} is no workflow ID of an analysis`,
      'it has the form <kind>:<resourceId>, e.g. video:trailer-1a2b3c4d',
    );
  }
  throw invalid('the reference names nothing', howToRefer);
}

type Parts = {
  readonly [Part in 'kind' | 'resourceId' | 'generation' | 'runId' | 'workflowId']?: unknown;
};

/** Whatever was given: what types forbid, JSON and JavaScript bring. */
function partsOf(ref: unknown): Parts {
  if (isObject(ref)) return ref;
  throw invalid(`the reference is ${shown(ref)}`, howToRefer);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(`${name} is ${shown(value)}`, 'give it as a text, as submit answered it');
}

function keyOf(kind: unknown, resourceId: unknown): AnalysisKey {
  checkResourceId(resourceId);
  if (typeof kind === 'string' && isKind(kind)) return { kind, resourceId };
  throw invalid(`${shown(kind)} is no kind of analysis`, 'use small letters, digits and -, as in large-file');
}

/** As Postgres numbers them. */
const lastGeneration = 2 ** 31 - 1;

function generationOf(generation: unknown): number | null {
  if (generation === undefined || generation === null) return null;
  const isOne = Number.isInteger(generation) && (generation as number) >= 1;
  if (isOne && (generation as number) <= lastGeneration) return generation as number;
  throw invalid(
    `generation is ${shown(generation)}`,
    'give a whole number from 1 on, or none for the newest',
  );
}

function target(key: AnalysisKey, generation: number | null): Target {
  return { key, workflowId: workflowIdOf(key), generation };
}

export function neverSubmitted(ids: { kind?: string; resourceId?: string; runId?: string }): OnceflowError {
  const what = ids.runId !== undefined ? `run ${ids.runId}` : `${ids.kind}:${ids.resourceId}`;
  return new OnceflowError({
    code: 'NEVER_SUBMITTED',
    message: `${what} was never submitted`,
    hint: 'submit it first, or check the id with `onceflow list`',
    ids,
  });
}
