import type { ClaimRequest, ClaimVerdict, TemporalRun } from '../../ledger/ledger.ts';
import { parseWorkflowId } from '../../policy/ids.ts';
import type { ClaimAnswer, ClaimCall, StepQueues } from '../contract.ts';
import { currentRun } from '../current-run.ts';
import { withDescriptions } from '../engine.ts';
import type { LifecycleDeps } from './lifecycle.ts';

/** First activity of every run, however it was started: registers it and says what it may do. */
export async function claim(deps: LifecycleDeps, call: ClaimCall): Promise<ClaimAnswer> {
  const run = currentRun(call.fromReset);
  const resourceId = resourceOf(run.workflowId, call.kind);
  if (resourceId === null) return strange(run.workflowId, call.kind);
  const definition = deps.definitionOf(call.kind);
  const verdict = await settle(deps, {
    kind: call.kind,
    resourceId,
    policy: definition.policy,
    analyserVersion: definition.version,
    run,
    ...(call.generation === undefined ? {} : { generation: call.generation }),
  });
  switch (verdict.verdict) {
    case 'go':
      return { ...verdict, resourceId, ...movedSteps(deps.queuesOf(call.kind)) };
    case 'completed':
      return verdict;
    case 'failed':
    case 'refused':
      return { verdict: 'failed', failure: verdict.failure };
    case 'cancelled':
      await deps.engine.cancel(run.workflowId, run.temporalRunId);
      return verdict;
  }
}

/** In the history, so that a replay asks the same queues whatever is configured by then. */
function movedSteps(queues: StepQueues): { readonly queues?: StepQueues } {
  return Object.keys(queues).length === 0 ? {} : { queues };
}

type Settled = Exclude<ClaimVerdict, { verdict: 'describe' | 'describe-other' }>;

const OTHER_RUNS = 20;

/** Looks up in Temporal what the ledger's decision depends on, outside its transaction. */
async function settle(deps: LifecycleDeps, request: ClaimRequest): Promise<Settled> {
  const { workflowId } = request.run;
  let otherRun: ClaimRequest['otherRun'];
  for (let asked = 0; asked < OTHER_RUNS; asked += 1) {
    const verdict = await withDescriptions(deps.engine, request.run, (described) =>
      deps.ledger.claim({ ...request, ...(described && { described }), ...(otherRun && { otherRun }) }),
    );
    if (verdict.verdict !== 'describe-other') return verdict;
    const { temporalRunId } = verdict;
    otherRun = { temporalRunId, open: await deps.engine.isOpen(workflowId, temporalRunId) };
  }
  throw new Error(`runs of ${workflowId} replace each other faster than they can be described`);
}

function resourceOf(workflowId: TemporalRun['workflowId'], kind: string): string | null {
  const parsed = parseWorkflowId(workflowId);
  return parsed?.kind === kind ? parsed.resourceId : null;
}

function strange(workflowId: string, kind: string): ClaimAnswer {
  return {
    verdict: 'failed',
    failure: {
      code: 'WORKFLOW_ID_INVALID',
      message: `a workflow of type ${kind} must have the ID ${kind}:<resourceId>, not ${workflowId}`,
      hint: `start it as: temporal workflow start --type ${kind} --task-queue control --workflow-id ${kind}:<resourceId>`,
    },
  };
}
