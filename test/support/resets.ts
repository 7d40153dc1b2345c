import type { Client } from '@temporalio/client';
import type { temporal as api } from '@temporalio/proto';
import proto from '@temporalio/proto';

const { EventType } = proto.temporal.api.enums.v1;

/** Where to reset to: the workflow task that asked for the claim, for the steps after the digest, for the commit ... */
export type ResetPoint = 'claim' | 'work' | 'result' | 'commit' | 'after commit';

/** Resets a run of a workflow ID, by default the newest, as the Temporal UI does; answers the new run's id. */
export async function reset(
  client: Client,
  workflowId: string,
  point: ResetPoint,
  temporalRunId?: string,
): Promise<string> {
  const { runId } = await client.workflow.getHandle(workflowId, temporalRunId).describe();
  const answer = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: `test: ${point}`,
    requestId: crypto.randomUUID(),
    workflowTaskFinishEventId: await eventOf(client, workflowId, runId, point),
  });
  return answer.runId;
}

async function eventOf(client: Client, workflowId: string, runId: string, point: ResetPoint) {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const list = events ?? [];
  const tasks = list.filter((event) => event.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  const task =
    point === 'claim' ? tasks[0] : point === 'after commit' ? tasks.at(-1) : asking(list, tasks, point);
  if (!task?.eventId) throw new Error(`${workflowId} has no workflow task for ${point}`);
  return task.eventId;
}

type Event = api.api.history.v1.IHistoryEvent;

/** The workflow task whose completion scheduled the activity. */
function asking(events: readonly Event[], tasks: readonly Event[], activity: string): Event | undefined {
  const scheduled = events.find((event) => {
    const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
    return name === activity || name?.endsWith(`.${activity}`);
  });
  const by = scheduled?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId;
  return tasks.find((task) => by && task.eventId && String(task.eventId) === String(by));
}

/** Types of the activities that the run scheduled, in order. */
export async function scheduledActivities(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<readonly string[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  );
}
