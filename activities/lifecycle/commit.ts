import type { CommitAnswer, CommitCall } from '../contract.ts';
import type { FollowOn } from '../../ledger/ledger.ts';
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
      kind: call.kind,
      incarnation: call.incarnation,
      resultFence: call.resultFence,
      fences: call.fences,
      run,
      resourceId: parseWorkflowId(run.workflowId)?.resourceId ?? '',
      policy: definition.policy,
      analyserVersion: definition.version,
      resultSchema: definition.resultSchema,
      starts: servedOf(deps, call.starts ?? []),
      ...(call.generation === undefined ? {} : { generation: call.generation }),
      ...(described && { described }),
    }),
  );
  if (verdict.verdict !== 'committed') return verdict;
  return { verdict: 'committed', runId: verdict.runId, generation: verdict.generation };
}

/** A kind that this worker does not serve would wait for ever: it is left out, and the result still names it. */
function servedOf(deps: LifecycleDeps, kinds: readonly string[]): readonly FollowOn[] {
  const served = deps.definitions.filter(({ kind }) => kinds.includes(kind));
  return served.map(({ kind, policy, version }) => ({ kind, policy, analyserVersion: version }));
}
