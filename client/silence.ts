import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Ledger, SilentRun } from '../ledger/ledger.ts';
import { withinDeadline } from './temporal.ts';

/**
 * A running row of which nothing is heard: the run may wait for a worker, or have ended in Temporal without a word to
 * the ledger (terminated by hand, its history deleted). Temporal is asked, and the ledger decides; time alone decides
 * nothing, and what cannot be read changes nothing.
 */
export type SilenceLedger = Pick<Ledger, 'silentRuns' | 'silentRun' | 'takeOverOutcome'>;

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
const listedAtATime = 500;
const betweenChecksMs = 1000;

const outcomes: Readonly<Record<string, Outcome>> = {
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  // Without a commit there is no result, whatever the workflow returned.
  COMPLETED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'cancelled',
};

/**
 * For the relay: each pass looks at runs that are due for it, of the next page of silent runs; after the last page the
 * first. However many are silent, each gets its turn: those go first whose last look is longest ago.
 */
export function createSilenceWatch(context: SilenceContext): () => Promise<void> {
  const lookedAt = new Map<string, number>();
  // Never looked at: due, and first of all.
  const lastLook = (run: SilentRun) => lookedAt.get(run.runId) ?? -lookAgainMs - 1;
  let listed = new Set<string>();
  let last: SilentRun | undefined;
  return async () => {
    const page = await context.ledger.silentRuns(silentForMs, listedAtATime, last);
    for (const run of page) listed.add(run.runId);
    last = page.length < listedAtATime ? undefined : page.at(-1);
    if (last === undefined) {
      for (const runId of lookedAt.keys()) if (!listed.has(runId)) lookedAt.delete(runId);
      listed = new Set();
    }
    const due = page
      .filter((run) => performance.now() - lastLook(run) > lookAgainMs)
      .sort((one, other) => lastLook(one) - lastLook(other));
    for (const run of due.slice(0, looksAtATime)) {
      lookedAt.set(run.runId, performance.now());
      await lookAt(context, run);
    }
  };
}

/** For a submit that is told of a run that may be dead. True: the run was closed just now, so that the submit may be made again. */
export function createSilenceCheck(context: SilenceContext): (runId: string) => Promise<boolean> {
  let nextLook = 0;
  return async (runId) => {
    // Thousands of duplicates a second shall not each cost a look.
    if (performance.now() < nextLook) return false;
    nextLook = performance.now() + betweenChecksMs;
    try {
      const run = await context.ledger.silentRun(silentForMs, runId);
      return run !== null && (await lookAt(context, run)) === 'closed';
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
  if (own !== null && isOpen(own)) return null;
  const current = await describe(temporal, run.workflowId);
  if (current !== null && isOpen(current) && current.runId !== run.temporalRunId) return null;
  return own === null ? 'unknown' : (outcomes[own.status.name] ?? null);
}

/** Running, paused, or whatever newer servers call it: only an end that is known as one is taken for one. */
function isOpen({ status }: WorkflowExecutionDescription): boolean {
  return outcomes[status.name] === undefined;
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
