/**
 * Temporal actions that an analysis of one step costs, counted from the histories of some, by the rules that Temporal
 * Cloud bills by: a start, an attempt of an activity, the local activities of one workflow task together, a timer, a
 * signal, an upsert of search attributes, a heartbeat that reaches the server.
 *
 * Heartbeats leave no event. An attempt sends one every 2 s, and these steps end before the first: each that lasted
 * longer, by the times of its events, is charged with those it must have sent.
 */
import { median, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchStack, startBench } from './stack.ts';

const ANALYSES = 20;
const GOAL = 6;
const BEAT_S = 2;

type Counts = Readonly<Record<string, number>>;

export async function measureActions({ analyses = ANALYSES }: BenchOptions): Promise<readonly Measured[]> {
  const bench = await startBench([{ queue: 'control' }, { queue: 'cpu' }]);
  try {
    const source = bench.file('nothing.txt');
    const counted: Counts[] = [];
    for (let each = 0; each < analyses; each += 1) {
      const { workflowId } = await bench.client.submit('light', `a${each}`, { source });
      await bench.client.result({ workflowId });
      counted.push(await countActions(bench, workflowId));
    }
    const names = new Set(counted.flatMap((one) => Object.keys(one)));
    const parts = Object.fromEntries(
      [...names].map((name) => [name, median(counted.map((one) => one[name] ?? 0))]),
    );
    const actions = median(counted.map((one) => Object.values(one).reduce((sum, count) => sum + count, 0)));
    return [
      { name: 'Temporal actions of an analysis of one step', ratio: rounded(actions), goal: GOAL, parts },
    ];
  } finally {
    await bench.stop();
  }
}

async function countActions({ temporal }: BenchStack, workflowId: string): Promise<Counts> {
  const handle = temporal.workflow.getHandle(workflowId);
  await handle.result();
  const { events } = await handle.fetchHistory();
  const counts: Record<string, number> = {};
  const add = (name: string, count = 1): void => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  /** Markers of one workflow task are billed together. */
  const marked = new Set<string>();
  const startedAt = new Map<string, number>();
  for (const event of events ?? []) {
    if (event.workflowExecutionStartedEventAttributes) add('starts');
    const { activityTaskStartedEventAttributes: begun, activityTaskCompletedEventAttributes: ended } = event;
    if (begun) startedAt.set(String(event.eventId), secondsOf(event.eventTime));
    const began = ended ? startedAt.get(String(ended.startedEventId)) : undefined;
    if (began !== undefined) add('heartbeats', Math.floor((secondsOf(event.eventTime) - began) / BEAT_S));
    // One event for each activity, written at its end: the last attempt's number is that of all attempts.
    if (begun) add('activity_attempts', begun.attempt ?? 1);
    const marker = event.markerRecordedEventAttributes;
    if (marker) marked.add(String(marker.workflowTaskCompletedEventId));
    if (event.timerStartedEventAttributes) add('timers');
    if (event.workflowExecutionSignaledEventAttributes) add('signals');
    if (event.upsertWorkflowSearchAttributesEventAttributes) add('search_attribute_upserts');
  }
  add('workflow_tasks_with_local_activities', marked.size);
  return counts;
}

type Time = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

function secondsOf(time: Time): number {
  return Number(time?.seconds ?? 0) + (time?.nanos ?? 0) / 1e9;
}
