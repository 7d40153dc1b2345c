import type { CommitAnswer, CommitCall } from '../contract.ts';
import { parseWorkflowId } from '../../policy/ids.ts';
import { currentRun } from '../current-run.ts';
import { withDescriptions } from '../engine.ts';
import type { LifecycleDeps } from './lifecycle.ts';

/** Makes the result of a run the standing one. Repeated by the same run it answers what was committed. */
export async function commit(deps: LifecycleDeps, call: CommitCall): Promise<CommitAnswer> {
  const run = currentRun();
  const definition = deps.definitionOf(call.kind);
  const verdict = await withDescriptions(deps.engine, run, (described) =>
    deps.ledger.commit({
      ...call,
      run,
      resourceId: parseWorkflowId(run.workflowId)?.resourceId ?? '',
      policy: definition.policy,
      analyserVersion: definition.version,
      resultSchema: definition.resultSchema,
      ...(described && { described }),
    }),
  );
  if (verdict.verdict !== 'committed') return verdict;
  return { verdict: 'committed', runId: verdict.runId, generation: verdict.generation };
}
