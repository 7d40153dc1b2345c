import { activityInfo } from '@temporalio/activity';
import type { TemporalRun } from '../ledger/ledger.ts';

/**
 * The run that the current activity belongs to. Only claim can be told whether it came from a reset; after the claim
 * a run that the ledger does not know can be nothing else.
 */
export function currentRun(fromReset = true): TemporalRun {
  const execution = activityInfo().workflowExecution;
  if (!execution) throw new TypeError('this activity belongs to a workflow');
  return { workflowId: execution.workflowId, temporalRunId: execution.runId, fromReset };
}
