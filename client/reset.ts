import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { temporal as proto } from '@temporalio/proto';
import type { RunView } from '../ledger/ledger.ts';
import { invalid, OnceflowError } from './errors.ts';
import type { ResetOptions, ResetPoint } from './onceflow.ts';
import { idsOf } from './results.ts';
import { grpcCode, withinDeadline } from './temporal.ts';

type HistoryEvent = proto.api.history.v1.IHistoryEvent;
type EventId = NonNullable<HistoryEvent['eventId']>;

/** The lifecycle's activity that applies the result; a reset point lies just before it. */
const commitActivity = 'commit';
const notFound = 5;
const invalidArgument = 3;

/**
 * Resets the Temporal run of one generation and answers with the Temporal run that this made. Its first activity that
 * reaches the ledger makes it the next generation. Throws RESET_IMPOSSIBLE, TEMPORAL_UNREACHABLE.
 */
export async function resetRun(temporal: Client, run: RunView, options: ResetOptions = {}): Promise<string> {
  const { temporalRunId } = run;
  if (temporalRunId === null) {
    throw impossible(run, 'no worker has taken it up yet, so it has no history', 'wait until it runs');
  }
  const events = await historyOf(temporal, run, temporalRunId);
  const point = pointIn(events, options.to ?? 'first', run);
  try {
    const answer = await withinDeadline(temporal, () =>
      temporal.workflowService.resetWorkflowExecution({
        namespace: temporal.options.namespace,
        workflowExecution: { workflowId: run.workflowId, runId: temporalRunId },
        reason: options.reason ?? 'reset',
        workflowTaskFinishEventId: point,
        requestId: randomUUID(),
        identity: temporal.options.identity,
      }),
    );
    return answer.runId;
  } catch (error) {
    throw resetError(error, run);
  }
}

async function historyOf(
  temporal: Client,
  run: RunView,
  temporalRunId: string,
): Promise<readonly HistoryEvent[]> {
  const handle = temporal.workflow.getHandle(run.workflowId, temporalRunId);
  try {
    // A long film has thousands of events, in pages.
    const history = await withinDeadline(temporal, () => handle.fetchHistory(), 30_000);
    return history.events ?? [];
  } catch (error) {
    throw resetError(error, run);
  }
}

/** The workflow task that is done again: it and all that follows it. */
function pointIn(events: readonly HistoryEvent[], to: ResetPoint, run: RunView): EventId {
  const found = typeof to === 'string' ? namedPoint(events, to, run) : chosenPoint(events, to);
  if (found) return found;
  const what = typeof to === 'string' ? to : 'step' in to ? `step ${to.step}` : `event ${to.eventId}`;
  throw impossible(
    run,
    `its history has no such point: ${what}`,
    `use first, last, or one of its steps: ${stepsIn(events).join(', ') || 'none yet'}`,
  );
}

function namedPoint(events: readonly HistoryEvent[], to: string, run: RunView): EventId | undefined {
  const completed = events.filter((event) => event.workflowTaskCompletedEventAttributes);
  if (to === 'first') return completed[0]?.eventId ?? undefined;
  if (to !== 'last') {
    throw invalid(
      `${JSON.stringify(to)} is no reset point`,
      'use first, last, {step} or {eventId}',
      idsOf(run),
    );
  }
  const commit = events.findLast((event) => activityOf(event) === commitActivity);
  return taskBefore(commit) ?? completed.at(-1)?.eventId ?? undefined;
}

function chosenPoint(events: readonly HistoryEvent[], to: Exclude<ResetPoint, string>): EventId | undefined {
  if ('step' in to) {
    const scheduled = events.find((event) => {
      const activity = activityOf(event);
      return activity === to.step || (activity !== commitActivity && activity?.split('.')[1] === to.step);
    });
    return taskBefore(scheduled);
  }
  return events.find((event) => Number(event.eventId) === to.eventId)?.eventId ?? undefined;
}

function activityOf(event: HistoryEvent): string | undefined {
  return event.activityTaskScheduledEventAttributes?.activityType?.name ?? undefined;
}

/** The workflow task whose completion scheduled this activity. */
function taskBefore(scheduled: HistoryEvent | undefined): EventId | undefined {
  return scheduled?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId ?? undefined;
}

function stepsIn(events: readonly HistoryEvent[]): string[] {
  const names = events.map(activityOf).filter((name) => name?.includes('.'));
  return [...new Set(names)].map(String);
}

function resetError(error: unknown, run: RunView): OnceflowError {
  if (error instanceof OnceflowError) return error;
  const code = grpcCode(error);
  if (error instanceof WorkflowNotFoundError || code === notFound) {
    return impossible(run, 'Temporal no longer has its history', 'rerun it instead', error);
  }
  if (code === invalidArgument) {
    const hint = 'choose a workflow task event of the history, a step, first or last';
    return impossible(run, 'Temporal refuses that point', hint, error);
  }
  return new OnceflowError({
    code: 'TEMPORAL_UNREACHABLE',
    message: 'Temporal cannot be reached, and a reset needs it',
    hint: 'start the embedded stack with `onceflow up`, or check TEMPORAL_ADDRESS',
    ids: idsOf(run),
    cause: error,
  });
}

function impossible(run: RunView, why: string, hint: string, cause?: unknown): OnceflowError {
  return new OnceflowError({
    code: 'RESET_IMPOSSIBLE',
    message: `${run.workflowId}, generation ${run.generation}, cannot be reset: ${why}`,
    hint,
    ids: idsOf(run),
    cause,
  });
}
