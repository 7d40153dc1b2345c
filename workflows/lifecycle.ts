import {
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { AnalysisDefinition } from '../kinds/define.ts';
import type {
  ClaimAnswer,
  LifecycleActivities,
  Outcome,
  RunInput,
  StepAnswer,
} from '../activities/contract.ts';
import { showCancelled, showCompleted, showFailed, showIdentity } from './display.ts';
import { failureOf, saysClosed, toFailedRun } from './failures.ts';
import { type OpenRun, openRun, type Run } from './run.ts';

/**
 * The life of a run, the same for every kind: claim, steps, commit; or failed; or cancelled.
 *
 * Invariants:
 * - Nothing is decided here: the ledger's answers decide, and claim is asked again whenever an activity finds the run
 *   closed. So a workflow that was reset, terminated, started twice or started by hand comes to the same end.
 * - Nothing branches on a run id: a reset past the claim replays the claim's old answer, and only activities see that
 *   the run is another one. What a reset changes (generation, trigger) arrives in activity answers.
 * - The workflow ends only when no step of it is alive.
 */
export type Story = (run: Run) => Promise<StepAnswer<unknown>>;

/** Commits and closes are short transactions of the ledger, repeated until the ledger has answered. */
const closing = {
  taskQueue: 'control',
  startToCloseTimeout: '30s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '200ms', maximumInterval: '5s' },
} as const;
const { commit } = proxyActivities<LifecycleActivities>({
  ...closing,
  summary: 'makes the result the one that stands',
});
const { fail } = proxyActivities<LifecycleActivities>({ ...closing, summary: 'records the failure' });

/** Fails while something of the run is alive, so it is simply asked each second. */
const { closeCancelled } = proxyActivities<LifecycleActivities>({
  taskQueue: 'control',
  startToCloseTimeout: '30s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  summary: 'waits until no process of the run is left',
});

/** Local: it halves the events of a run. Commit is not, so that there is a point after it to reset to. */
const { claim } = proxyLocalActivities<LifecycleActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '200ms', maximumInterval: '5s' },
  summary: 'asks the ledger what this run may do',
});

/** A run is claimed once and asked about once when it ends; more often only when the ledger and Temporal disagree. */
const CLAIMS_PER_WORKFLOW = 5;
const COMMITS_PER_RUN = 5;

/** Tells the story of one run to its recorded end. */
export async function analyse(
  definition: AnalysisDefinition,
  input: RunInput | undefined,
  story: Story,
): Promise<Outcome> {
  for (let claims = 0; claims < CLAIMS_PER_WORKFLOW; claims += 1) {
    const claimed = await claimRun(definition, input);
    if (claimed.verdict !== 'go') return conclude(definition, claimed);
    const outcome = await perform(definition, openRun(definition, claimed), story);
    if (outcome) return outcome;
  }
  throw toFailedRun({
    code: 'RUN_UNSETTLED',
    message: 'the ledger closed this run again and again and offered it again each time',
    hint: 'retry the analysis; the events of the analysis say what happened',
  });
}

/** Not cancellable: a cancel that arrives before the claim would leave the generation pending for ever. */
function claimRun(definition: AnalysisDefinition, input: RunInput | undefined): Promise<ClaimAnswer> {
  const { runId, originalExecutionRunId } = workflowInfo();
  const call = {
    kind: definition.kind,
    fromReset: runId !== originalExecutionRunId,
    ...(input?.generation === undefined ? {} : { generation: input.generation }),
  };
  return CancellationScope.nonCancellable(() => claim(call));
}

async function conclude(
  definition: AnalysisDefinition,
  claimed: Exclude<ClaimAnswer, { verdict: 'go' }>,
): Promise<Outcome> {
  showIdentity(definition);
  switch (claimed.verdict) {
    case 'completed':
      showCompleted(claimed.generation);
      return outcomeOf(definition, claimed);
    case 'failed':
      showFailed(claimed.failure);
      throw toFailedRun(claimed.failure);
    case 'cancelled':
      return endCancelled(claimed.why);
  }
}

/** Null: the ledger has closed the run, or has been told to; claim says how. */
async function perform(definition: AnalysisDefinition, run: OpenRun, story: Story): Promise<Outcome | null> {
  try {
    await run.settled(() => story(run));
    return await commitResult(definition, run);
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) return endCancelled('cancelled in Temporal');
    if (saysClosed(error)) return null;
    const failure = failureOf(error);
    if (!failure) throw error;
    await CancellationScope.nonCancellable(() => fail(failure));
    return null;
  }
}

async function commitResult(definition: AnalysisDefinition, run: OpenRun): Promise<Outcome | null> {
  for (let commits = 0; commits < COMMITS_PER_RUN; commits += 1) {
    const { incarnation, generation } = run;
    const call = { kind: definition.kind, incarnation, generation, ...run.committable() };
    run.display.asks('commit');
    const committed = await CancellationScope.nonCancellable(() => commit(call));
    if (committed.verdict === 'closed') return null;
    if (committed.verdict === 'committed') {
      run.display.generation(committed.generation, 'reset');
      run.display.completed(committed.generation, run.headline());
      return outcomeOf(definition, committed);
    }
    await run.repeatResult();
  }
  throw ApplicationFailure.nonRetryable('no attempt kept its fence until the commit', 'SUPERSEDED');
}

/** The workflow's own cancellation is what ends it: a failure thrown in its place would be recorded as failed. */
async function endCancelled(why: string): Promise<never> {
  showCancelled(why);
  try {
    return await CancellationScope.current().cancelRequested;
  } finally {
    await CancellationScope.nonCancellable(() => closeCancelled(why));
  }
}

function outcomeOf(
  definition: AnalysisDefinition,
  ended: { readonly runId: string; readonly generation: number },
): Outcome {
  return { runId: ended.runId, generation: ended.generation, resultSchema: definition.resultSchema };
}
