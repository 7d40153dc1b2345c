import type { ReusePolicy } from '../../policy/admission.ts';
import { type Closed, firstState, type WorkflowState } from './workflow.ts';

/** What of Temporal matters: runs of one workflow ID, their activity tasks, reset, retention, loss. */
export interface SimulatedRun {
  readonly id: string;
  /** In the order of their starts. */
  readonly number: number;
  /** Input; absent: somebody started it directly. */
  readonly generation?: number;
  readonly origin: 'dispatched' | 'direct' | 'reset';
  /** States that a reset can go back to, oldest first. */
  readonly past: WorkflowState[];
  workflow: WorkflowState;
  status: 'RUNNING' | Closed;
  cancelRequested: boolean;
  /** The attempt of the activity that is scheduled or started; a report of another one is dropped. */
  attempt: number;
  started: boolean;
}

export interface Temporal {
  readonly runs: SimulatedRun[];
  /** Newest run that Temporal still knows; null: none, or history gone. */
  current: SimulatedRun | null;
  readonly forgotten: Set<string>;
}

export const emptyTemporal = (): Temporal => ({ runs: [], current: null, forgotten: new Set() });

type NewRun = Pick<SimulatedRun, 'origin'> & {
  readonly generation?: number | undefined;
  readonly workflow?: WorkflowState;
};

function add(temporal: Temporal, { origin, generation, workflow = firstState }: NewRun): SimulatedRun {
  const number = temporal.runs.length + 1;
  const run: SimulatedRun = {
    id: `t-${number}`,
    number,
    origin,
    ...(generation === undefined ? {} : { generation }),
    past: [workflow],
    workflow,
    status: 'RUNNING',
    cancelRequested: false,
    attempt: 1,
    started: false,
  };
  temporal.runs.push(run);
  temporal.current = run;
  return run;
}

/** Conflict policy FAIL; a start by hand has Temporal's own default reuse policy. False: refused, or already started. */
export function start(temporal: Temporal, run: NewRun, policy: ReusePolicy = 'ALLOW_DUPLICATE'): boolean {
  const { current } = temporal;
  if (current?.status === 'RUNNING') return false;
  if (policy === 'ALLOW_DUPLICATE_FAILED_ONLY' && current?.status === 'COMPLETED') return false;
  add(temporal, run);
  return true;
}

/** As the UI does it: any run whose history is still there, to any of its workflow tasks. */
export function reset(temporal: Temporal, run: SimulatedRun, to: WorkflowState): void {
  if (temporal.current?.status === 'RUNNING') temporal.current.status = 'TERMINATED';
  const { generation } = run;
  const made = add(temporal, { origin: 'reset', generation, workflow: to });
  made.past.splice(0, 1, ...run.past.slice(0, run.past.indexOf(to) + 1));
}

export function known(temporal: Temporal): readonly SimulatedRun[] {
  return temporal.runs.filter((run) => !temporal.forgotten.has(run.id));
}

export function statusOf(temporal: Temporal, id: string): SimulatedRun['status'] | null {
  return known(temporal).find((run) => run.id === id)?.status ?? null;
}

export function isOpenAndCurrent({ current }: Temporal, id: string): boolean {
  return current?.id === id && current.status === 'RUNNING';
}

/** Retention: closed runs are forgotten; or the whole workflow ID is lost, open run included. */
export function forget(temporal: Temporal, which: 'closed' | 'all'): void {
  for (const run of temporal.runs) {
    if (which === 'all' || run.status !== 'RUNNING') temporal.forgotten.add(run.id);
    if (which === 'all' && run.status === 'RUNNING') run.status = 'TERMINATED';
  }
  if (temporal.current && temporal.forgotten.has(temporal.current.id)) temporal.current = null;
}
