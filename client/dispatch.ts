import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowOptions } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { Dispatch, Ledger } from '../ledger/ledger.ts';
import { grpcCode, withinDeadline } from './temporal.ts';

/**
 * Starts the workflow of one dispatch row. The row is closed by the claim alone: neither a successful start nor
 * "already started" proves that this generation runs, so either way the row is only put off.
 */
export type Dispatched = 'started' | 'already-started' | 'refused' | 'unreachable';

/** `Ledger.postponeDispatch` is all that is needed of it. */
export type DispatchLedger = Pick<Ledger, 'postponeDispatch'>;

const attribute = {
  kind: defineSearchAttributeKey('AnalysisKind', 'KEYWORD'),
  resourceId: defineSearchAttributeKey('ResourceId', 'KEYWORD'),
  policy: defineSearchAttributeKey('AnalysisPolicy', 'KEYWORD'),
  trigger: defineSearchAttributeKey('Trigger', 'KEYWORD'),
  owner: defineSearchAttributeKey('Owner', 'KEYWORD'),
  generation: defineSearchAttributeKey('Generation', 'INT'),
} as const;

/** What a server says that is there but will not: invalid argument, no such namespace, not allowed, precondition. */
const refusals = new Set([3, 5, 7, 9, 16]);

/** A claim normally comes within this; until then nothing else should start the same row. */
const claimGraceMs = 5000;

/** Never throws: what cannot be started now is put off, and a relay tries again. */
export async function startDispatched(
  temporal: Client,
  dispatch: Dispatch,
  ledger: DispatchLedger,
): Promise<Dispatched> {
  const [dispatched, delayMs, error] = await start(temporal, dispatch);
  // The row's lease has an end of its own, so a ledger that is away for a moment loses nothing.
  await ledger.postponeDispatch(dispatch.runId, delayMs, error).catch(() => undefined);
  return dispatched;
}

async function start(temporal: Client, dispatch: Dispatch): Promise<[Dispatched, number, string]> {
  try {
    await withinDeadline(temporal, () => temporal.workflow.start(dispatch.kind, startOptions(dispatch)));
    return ['started', claimGraceMs, ''];
  } catch (error) {
    const delayMs = backOffMs(dispatch.attempts);
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return ['already-started', delayMs, 'an earlier run of this workflow ID is not closed in Temporal yet'];
    }
    const refused = refusals.has(grpcCode(error) ?? -1);
    return [refused ? 'refused' : 'unreachable', delayMs, reasonOf(error)];
  }
}

/** 0.2 s, doubling to 5 s. */
function backOffMs(attempts: number): number {
  return Math.min(5000, 200 * 2 ** Math.min(attempts, 10));
}

function startOptions(dispatch: Dispatch): WorkflowOptions & { args: unknown[] } {
  return {
    workflowId: dispatch.workflowId,
    taskQueue: 'control',
    args: [{ generation: dispatch.generation }],
    workflowIdReusePolicy: dispatch.reusePolicy,
    workflowIdConflictPolicy: 'FAIL',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: attribute.kind, value: dispatch.kind },
      { key: attribute.resourceId, value: dispatch.resourceId },
      { key: attribute.policy, value: dispatch.policy },
      { key: attribute.trigger, value: dispatch.trigger },
      { key: attribute.owner, value: dispatch.owner },
      { key: attribute.generation, value: dispatch.generation },
    ]),
    memo: { runId: dispatch.runId, generation: dispatch.generation },
    // Resets keep both, so neither names the generation.
    staticSummary: `${dispatch.kind} of ${dispatch.resourceId}`,
    staticDetails: detailsOf(dispatch),
    priority: { priorityKey: dispatch.priority, fairnessKey: dispatch.owner },
  };
}

/** Markdown, for the Temporal UI. */
function detailsOf({ workflowId, policy, owner, trigger }: Dispatch): string {
  return [
    `Asked for by \`${owner}\` (${trigger}); policy \`${policy}\`.`,
    '',
    `- status: \`onceflow status ${workflowId}\``,
    `- result: \`onceflow result ${workflowId}\``,
    `- every generation of it: \`onceflow runs ${workflowId}\``,
    '',
    '*Reset* does the steps after the chosen event again, as the next generation. The result that stands is read until that one commits.',
  ].join('\n');
}

/** Kept beside the dispatch row for operators: one line, no stack. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return (
    `${error instanceof Error ? error.message : String(error)}${cause}`.split('\n')[0]?.slice(0, 300) ?? ''
  );
}
