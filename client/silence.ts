import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Ledger, SilentRun } from '../ledger/ledger.ts';
import { withinDeadline } from './temporal.ts';

/**
 * A running row of which nothing is heard: the run may wait for a worker, or have ended in Temporal without a word to
 * the ledger (terminated by hand, its history deleted). Temporal is asked, and the ledger decides; time alone decides
 * nothing, and what cannot be read changes nothing.
 */
export type SilenceLedger = Pick<Ledger, 'silentRuns' | 'takeOverOutcome'>;

export interface SilenceContext {
  readonly ledger: SilenceLedger;
  readonly temporal: Client;
  readonly log?: (line: string) => void;
}

type Outcome = 'failed' | 'cancelled' | 'unknown';

const silentForMs = 15_000;
/** Runs that wait for a worker are silent too: each is looked at this often, so many at a time. */
const lookAgainMs = 30_000;
const looksAtATime = 20;
const mostListed = 500;
const betweenChecksMs = 1000;

const outcomes: Readonly<Record<string, Outcome>> = {
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  // Without a commit there is no result, whatever the workflow returned.
  COMPLETED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'cancelled',
};

/** For the relay: each pass looks at the runs that are due for it. */
export function createSilenceWatch(context: SilenceContext): () => Promise<void> {
  const lookedAt = new Map<string, number>();
  return async () => {
    const silent = await context.ledger.silentRuns(silentForMs, mostListed);
    const listed = new Set(silent.map((run) => run.runId));
    for (const runId of lookedAt.keys()) if (!listed.has(runId)) lookedAt.delete(runId);
    const due = silent.filter((run) => Date.now() - (lookedAt.get(run.runId) ?? 0) > lookAgainMs);
    for (const run of due.slice(0, looksAtATime)) {
      lookedAt.set(run.runId, Date.now());
      await lookAt(context, run);
    }
  };
}

/** For a submit that is told of a run that may be dead. True: the run was closed just now, so that the submit may be made again. */
export function createSilenceCheck(context: SilenceContext): (runId: string) => Promise<boolean> {
  let nextLook = 0;
  return async (runId) => {
    // Thousands of duplicates a second shall not each cost a look at all silent runs.
    if (Date.now() < nextLook) return false;
    nextLook = Date.now() + betweenChecksMs;
    try {
      const silent = await context.ledger.silentRuns(silentForMs, mostListed);
      const run = silent.find((each) => each.runId === runId);
      return run !== undefined && (await lookAt(context, run)) === 'closed';
    } catch {
      return false;
    }
  };
}

async function lookAt(
  { ledger, temporal, log }: SilenceContext,
  run: SilentRun,
): Promise<'closed' | 'dispatched' | 'nothing'> {
  const outcome = await outcomeInTemporal(temporal, run);
  if (outcome === null) return 'nothing';
  const { action } = await ledger.takeOverOutcome(run.runId, run.temporalRunId, outcome);
  if (action !== 'nothing') log?.(`${run.workflowId}: ${outcome} in Temporal, ${action} in the ledger`);
  return action;
}

/** Null: it is open, or a reset put another run in its place, which reports itself. Throws if Temporal cannot be read. */
async function outcomeInTemporal(temporal: Client, run: SilentRun): Promise<Outcome | null> {
  const own = await describe(temporal, run.workflowId, run.temporalRunId);
  if (own !== null && outcomes[own.status.name] === undefined) return null;
  const current = await describe(temporal, run.workflowId);
  if (current?.status.name === 'RUNNING' && current.runId !== run.temporalRunId) return null;
  return own === null ? 'unknown' : (outcomes[own.status.name] ?? null);
}

async function describe(
  temporal: Client,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | null> {
  try {
    return await withinDeadline(temporal, () => temporal.workflow.getHandle(workflowId, runId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
