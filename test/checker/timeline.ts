import { isOpen, type RunState } from '../../policy/states.ts';
import { type AnalysisHistory, isDeletion } from './analyses.ts';
import type { EventLine } from './history.ts';

/** What admission depends on, between two events of the audit trail. */
export interface Moment {
  readonly deleted: boolean;
  /** Newest run of the resource's incarnation. */
  readonly current: null | {
    readonly generation: number;
    readonly runId: string;
    readonly state: RunState;
    readonly authorised: boolean;
  };
  readonly standing: number | null;
  /** Nobody can have seen it before, or after: its transaction's end is known within these bounds only. */
  readonly visibleFrom: number;
  readonly visibleUntil: number;
  /** The event that brought it about; null for the first one. */
  readonly event: EventLine | null;
}

/** Longest time from a commit's own time stamp until every reader sees it. */
const flushMs = 1_000;
/** Without commit timestamps: longest time from an event to its transaction's end. */
const transactionMs = 30_000;

export function visibleBy(event: EventLine): number {
  return event.committedAt === null ? event.at + transactionMs : event.committedAt + flushMs;
}

/** Clocks of callers and of Postgres, on one host, agree to this. */
export const clocksMs = 5;

export function momentsOf(analysis: AnalysisHistory): readonly Moment[] {
  const { events, runs } = analysis;
  const runOf = new Map(runs.map((run) => [run.runId, run]));
  const relevant = events.filter(
    (event) => isDeletion(event) || (event.to !== null && event.from !== event.to),
  );
  const moments: Moment[] = [];
  let now: Pick<Moment, 'deleted' | 'current' | 'standing'> = {
    deleted: false,
    current: null,
    standing: null,
  };
  let incarnation = 1;
  const add = (event: EventLine | null) => {
    const visibleFrom = event === null ? Number.NEGATIVE_INFINITY : event.at - clocksMs;
    moments.push({ ...now, event, visibleFrom, visibleUntil: Number.POSITIVE_INFINITY });
  };
  add(null);
  for (const event of relevant) {
    const run = event.runId === null ? undefined : runOf.get(event.runId);
    if (isDeletion(event)) now = { deleted: true, current: null, standing: null };
    else if (run && event.from === null) {
      if (run.incarnation > incarnation) now = { ...now, standing: null };
      incarnation = Math.max(incarnation, run.incarnation);
      const { generation, runId, authorised } = run;
      now = { ...now, deleted: false, current: { generation, runId, authorised, state: 'pending' } };
    } else if (run && now.current?.runId === run.runId && event.to !== null) {
      const standing = event.to === 'completed' ? run.generation : now.standing;
      now = { ...now, standing, current: { ...now.current, state: event.to } };
    }
    add(event);
  }
  return moments.map((moment, index) => {
    const next = moments[index + 1]?.event;
    return next ? { ...moment, visibleUntil: visibleBy(next) } : moment;
  });
}

export function isRunning({ current }: Moment): boolean {
  return current !== null && isOpen(current.state);
}
