import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Described, TemporalRun } from '../ledger/ledger.ts';

/** What activities ask of Temporal about runs: strong reads (describe), never lists, which lag. */
export interface Engine {
  /** Whether this run is the newest of its workflow ID, and open. */
  isOpenAndCurrent(run: TemporalRun): Promise<boolean>;
  isOpen(workflowId: string, temporalRunId: string): Promise<boolean>;
  /** Asks for the cancellation of one run; of a closed one that is no error. */
  cancel(workflowId: string, temporalRunId: string): Promise<void>;
}

export function createEngine(client: Client): Engine {
  const describe = async (workflowId: string, temporalRunId?: string) => {
    try {
      const shown = await client.workflow.getHandle(workflowId, temporalRunId).describe();
      const open = shown.status.name === 'RUNNING' || shown.status.name === 'PAUSED';
      return { temporalRunId: shown.runId, open };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };
  return {
    async isOpenAndCurrent(run) {
      const current = await describe(run.workflowId);
      return current !== null && current.open && current.temporalRunId === run.temporalRunId;
    },
    async isOpen(workflowId, temporalRunId) {
      return (await describe(workflowId, temporalRunId))?.open ?? false;
    },
    async cancel(workflowId, temporalRunId) {
      try {
        await client.workflow.getHandle(workflowId, temporalRunId).cancel();
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}

const DESCRIBES = 20;

/**
 * Asks the ledger, and describes the run for it as often as it wants: the ledger takes a description only while no
 * other run has been registered since.
 */
export async function withDescriptions<Verdict extends { readonly verdict: string }>(
  engine: Engine,
  run: TemporalRun,
  ask: (described: Described | undefined) => Promise<Verdict | NeedsDescription>,
): Promise<Exclude<Verdict, NeedsDescription>> {
  let described: Described | undefined;
  for (let asked = 0; asked < DESCRIBES; asked += 1) {
    const answer = await ask(described);
    if (!needsDescription(answer)) return answer as Exclude<Verdict, NeedsDescription>;
    described = {
      registeredBefore: answer.registeredBefore,
      openAndCurrent: await engine.isOpenAndCurrent(run),
    };
  }
  throw new Error(`other runs of ${run.workflowId} register faster than they can be described`);
}

interface NeedsDescription {
  readonly verdict: 'describe';
  readonly registeredBefore: number;
}

function needsDescription(answer: { readonly verdict: string }): answer is NeedsDescription {
  return answer.verdict === 'describe';
}
