import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { AnalysisDefinition } from '../../kinds/define.ts';
import type { BeginVerdict } from '../../ledger/ledger.ts';
import type { StepCall } from '../contract.ts';
import { currentRun } from '../current-run.ts';
import { withDescriptions } from '../engine.ts';
import type { Frame } from './frame.ts';

export type Begun = Extract<BeginVerdict, { verdict: 'go' }>;

/**
 * Takes the next fence of the step instance. A run that the ledger does not know is adopted here: after a reset past
 * the claim, this is the first that anybody sees of it.
 */
export async function begin(frame: Frame, definition: AnalysisDefinition, call: StepCall): Promise<Begun> {
  const run = currentRun();
  const { attempt, taskQueue } = activityInfo();
  const verdict = await withDescriptions(frame.engine, run, (described) =>
    frame.ledger.begin({
      run,
      kind: call.kind,
      resourceId: call.resourceId,
      policy: definition.policy,
      analyserVersion: definition.version,
      incarnation: call.incarnation,
      step: call.step,
      instance: call.instance,
      queue: taskQueue,
      worker: frame.workerId,
      temporalAttempt: attempt,
      ...(call.generation === undefined ? {} : { generation: call.generation }),
      ...(described && { described }),
    }),
  );
  if (verdict.verdict === 'go') return verdict;
  throw ApplicationFailure.nonRetryable(verdict.why, 'RUN_CLOSED');
}
