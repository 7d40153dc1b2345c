import type { Policy, ReusePolicy } from '../../policy/admission.ts';
import { isOpen } from '../../policy/states.ts';
import { activityOf, claim as claimAs, type Process } from './activities.ts';
import type { Without } from './clauses.ts';
import * as endings from './ledger-endings.ts';
import { submitTo } from './ledger-requests.ts';
import { emptyLedger, type LedgerState, type RunRow, type Watch } from './ledger-state.ts';
import * as ledger from './memory-ledger.ts';
import { emptyTemporal, type SimulatedRun, start, statusOf, type Temporal } from './memory-temporal.ts';
import { afterReport, type Report } from './workflow.ts';

/** Ledger, Temporal, relay, reconciler and workers around one analysis. Nothing moves but by `moves` and commands. */
const operations = { ...ledger, ...endings, submit: submitTo, lapse };
type Operations = typeof operations;
export type Operation = Exclude<keyof Operations, 'boom'>;
type Arguments<Name extends Operation> =
  Parameters<Operations[Name]> extends [LedgerState, ...infer Rest] ? Rest : never;

export interface Call {
  readonly operation: Operation;
  readonly with: readonly unknown[];
  readonly answer: unknown;
}

export interface World {
  readonly ledger: LedgerState;
  readonly temporal: Temporal;
  readonly processes: Set<Held>;
  /** What the next attempts of the step come to, if not to a result. */
  readonly failures: ('never' | 'backoff' | 'poison')[];
  /** Every call to the ledger, in order. */
  readonly calls: Call[];
  call<Name extends Operation>(name: Name, ...rest: Arguments<Name>): ReturnType<Operations[Name]>;
  /** A dispatch row that the relay holds; it may close meanwhile. */
  relaying: Start | null;
  /** Starts that are on their way to Temporal, and may arrive late or never. */
  readonly inFlight: Start[];
  /** A silent row with what Temporal said of it; it may move on meanwhile. */
  reconciling: { readonly run: RunRow; readonly owner: string; readonly outcome: Outcome } | null;
}

interface Start {
  readonly generation: number;
  readonly policy: ReusePolicy;
}

type Outcome = 'failed' | 'cancelled' | 'unknown';

export interface Held {
  readonly run: SimulatedRun;
  /** Temporal's token; 0: not an attempt of the run's own. */
  readonly attempt: number;
  readonly process: Process;
  readonly fences: number[];
}

export function makeWorld(policy: Policy, without: Without, watch: Watch): World {
  const state = emptyLedger({ kind: 'video', resourceId: 'a', policy, without, watch });
  const calls: Call[] = [];
  return {
    ledger: state,
    temporal: emptyTemporal(),
    processes: new Set(),
    failures: [],
    calls,
    call(name, ...rest) {
      const operation = operations[name] as (state: LedgerState, ...rest: unknown[]) => never;
      const answer = operation(state, ...rest);
      calls.push({ operation: name, with: rest, answer });
      return answer;
    },
    relaying: null,
    inFlight: [],
    reconciling: null,
  };
}

/** The lease of an attempt runs out. */
function lapse(state: LedgerState, fence: number): void {
  const attempt = state.attempts.get(fence);
  if (attempt?.state === 'running') attempt.leased = false;
}

/** Everything that may happen next without anybody's doing. */
export function moves(world: World): readonly (() => void)[] {
  const { current } = world.temporal;
  const possible: (() => void)[] = [];
  if (current?.status === 'RUNNING' && (current.workflow.at === 'over' || !current.started)) {
    possible.push(() => dispatchTask(world, current));
  }
  for (const held of world.processes) possible.push(() => resume(world, held));
  if (world.relaying) possible.push(() => relayStart(world));
  else
    for (const [generation, policy] of world.ledger.dispatch) {
      possible.push(() => void (world.relaying = { generation, policy }));
    }
  if (world.reconciling) possible.push(() => takeOver(world));
  else for (const run of silentRuns(world)) possible.push(() => reconcile(world, run));
  for (const run of cancelsDue(world)) possible.push(() => void (run.cancelRequested = true));
  return possible;
}

function dispatchTask(world: World, run: SimulatedRun): void {
  if (run.status !== 'RUNNING' || run.started) return;
  if (run.workflow.at === 'over') run.status = 'COMPLETED';
  else if (run.workflow.at === 'step' && run.cancelRequested) {
    proceed(world, run, { of: 'step', verdict: 'cancelled' });
  } else {
    run.started = true;
    world.processes.add({ run, attempt: run.attempt, process: activityOf(world, run), fences: [] });
  }
}

export function resume(world: World, held: Held): void {
  if (!world.processes.has(held)) return;
  const before = world.ledger.attempts.size;
  const { done, value } = held.process.next();
  if (world.ledger.attempts.size > before) held.fences.push(world.ledger.attempts.size);
  if (!done) return;
  world.processes.delete(held);
  const { run, attempt } = held;
  if (run.status !== 'RUNNING' || run.attempt !== attempt) return;
  if (value === 'again') tryAgain(run);
  else proceed(world, run, value);
}

export function tryAgain(run: SimulatedRun): void {
  run.attempt += 1;
  run.started = false;
}

function proceed(world: World, run: SimulatedRun, report: Report): void {
  const told = { cancelled: run.cancelRequested, direct: run.origin === 'direct' };
  const next = afterReport(run.workflow, report, told, world.ledger.without);
  tryAgain(run);
  if ('end' in next) run.status = next.end;
  else {
    run.workflow = next.to;
    run.past.push(next.to);
  }
}

function relayStart(world: World): void {
  const { relaying } = world;
  world.relaying = null;
  if (relaying) startDispatched(world, relaying);
}

export function startDispatched({ temporal, ledger: state }: World, { generation, policy }: Start): void {
  const input = state.without.has('NOGEN') ? undefined : generation;
  const started = start(temporal, { origin: 'dispatched', generation: input }, policy);
  if (!started && state.without.has('ASCLOSE')) state.dispatch.delete(generation);
}

function silentRuns({ ledger: state }: World): readonly RunRow[] {
  return [...state.runs.values()].filter(
    (run) => run.state === 'running' && !state.dispatch.has(run.generation),
  );
}

const outcomes = {
  COMPLETED: 'failed',
  FAILED: 'failed',
  CANCELED: 'cancelled',
  TERMINATED: 'cancelled',
} as const;

function reconcile(world: World, run: RunRow): void {
  const { current } = world.temporal;
  const { without } = world.ledger;
  const owner = run.temporalRunId ?? '';
  let status = statusOf(world.temporal, owner);
  if (without.has('RECID') || without.has('OTHERGEN')) {
    const theirs = current && (world.ledger.registered.get(current.id) ?? current.generation);
    if (current && without.has('RECID') && theirs !== run.generation) return;
    status = current?.status ?? null;
  } else if (current?.status === 'RUNNING' && current.id !== owner) return;
  if (status === 'RUNNING') return;
  world.reconciling = { run, owner, outcome: status === null ? 'unknown' : outcomes[status] };
}

function takeOver(world: World): void {
  const { reconciling } = world;
  world.reconciling = null;
  if (reconciling) world.call('takeOver', reconciling.run.generation, reconciling.owner, reconciling.outcome);
}

/** An open run that the ledger does not know: the reconciler asks on its behalf [RA]. */
export function askFor(world: World, run: SimulatedRun): void {
  if (run.status !== 'RUNNING' || world.ledger.registered.has(run.id) || run.workflow.at !== 'claim') return;
  const fromReset = run.origin === 'reset' || world.ledger.without.has('RA');
  world.processes.add({ run, attempt: 0, process: claimAs(world, run, fromReset), fences: [] });
}

/** Running runs with a cancel request of which Temporal has not heard. */
function cancelsDue({ ledger: state, temporal }: World): readonly SimulatedRun[] {
  const owners = new Set(
    [...state.runs.values()].flatMap((run) =>
      isOpen(run.state) && run.cancelRequested ? [run.temporalRunId] : [],
    ),
  );
  return temporal.runs.filter(
    (run) => owners.has(run.id) && run.status === 'RUNNING' && !run.cancelRequested,
  );
}

/** Leases of attempts whose process is gone run out. */
export function lapseDead(world: World): void {
  const held = new Set([...world.processes].flatMap((process) => process.fences));
  for (const { fence, state, leased } of world.ledger.attempts.values()) {
    if (state === 'running' && leased && !held.has(fence)) world.call('lapse', fence);
  }
}

const mostRounds = 120;

/** No more faults: lets everything run until nothing is open. False: something stays open for ever. */
export function settle(world: World): boolean {
  for (let round = 0; round < mostRounds; round += 1) {
    for (const move of moves(world)) move();
    lapseDead(world);
    if (isQuiet(world)) return true;
  }
  return false;
}

function isQuiet({ ledger: state, temporal, processes, relaying }: World): boolean {
  const openRow = [...state.runs.values()].some((run) => isOpen(run.state));
  const openRun = temporal.current?.status === 'RUNNING';
  return (
    !openRow && !openRun && state.dispatch.size === 0 && !state.followUp && processes.size === 0 && !relaying
  );
}
