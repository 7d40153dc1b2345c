import type { Answer, LedgerRefusal } from '../../ledger/ledger.ts';
import type { Policy } from '../../policy/admission.ts';
import { isOpen } from '../../policy/states.ts';
import type { AttemptRow, FollowUpRow, LedgerState, RunRow, Watch } from './ledger-state.ts';
import type { SimulatedRun } from './memory-temporal.ts';

/** The promises (docs/model/README.md), S1 to S8 and L1, with a book of their own: they do not ask the code. */
export type PromiseName = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'S8' | 'L1';

export class BrokenPromise extends Error {
  readonly promise: PromiseName;
  constructor(promise: PromiseName, message: string) {
    super(`${promise}: ${message}`);
    this.promise = promise;
  }
}

function keep(promise: PromiseName, holds: boolean, otherwise: string): void {
  if (!holds) throw new BrokenPromise(promise, otherwise);
}

export interface Book {
  readonly policy: Policy;
  incarnation: number;
  exists: boolean;
  /** Newest result of the resource's incarnation. */
  standing: number | null;
  newest: number;
  readonly runs: Map<number, RunRow>;
  readonly applied: Map<number, number>;
  /** Generations that somebody was answered with. */
  readonly accepted: Set<number>;
  /** Generations by idempotency key, and the incarnation of the first answer. */
  readonly keys: Map<string, { readonly incarnation: number; readonly generation: number }>;
  /** Generations that a cancel or a deletion was to end, and Temporal runs that a hand in Temporal was to end. */
  readonly ended: Set<number | string>;
  youngestOwner: number;
  youngestFence: number;
  /** The call that is being answered may open one generation. */
  asking: boolean;
  temporalRun(id: string): SimulatedRun;
  isForgotten(id: string): boolean;
  attempts(): readonly AttemptRow[];
}

export function openBook(
  policy: Policy,
  lookUp: Pick<Book, 'temporalRun' | 'isForgotten' | 'attempts'>,
): Book {
  return {
    policy,
    incarnation: 1,
    exists: true,
    standing: null,
    newest: 0,
    runs: new Map(),
    applied: new Map(),
    accepted: new Set(),
    keys: new Map(),
    ended: new Set(),
    youngestOwner: 0,
    youngestFence: 0,
    asking: false,
    ...lookUp,
  };
}

/** Checks at each event of the ledger. */
export function watching(book: Book): Watch {
  return {
    opened: (run) => opened(book, run),
    registered: (run, id) => registered(book, run, id),
    began: (run, attempt) => began(book, run, attempt),
    committed: (run, by) => committed(book, run, by),
    closed: (run, how) => closed(book, run, how),
    converted: (followUp: FollowUpRow) =>
      keep(
        'S7',
        book.exists && followUp.incarnation === book.incarnation,
        'a follow-up of a deleted resource runs',
      ),
  };
}

function opened(book: Book, run: RunRow): void {
  const { generation, trigger } = run;
  keep('S4', generation === book.newest + 1, `generation ${generation} is opened after ${book.newest}`);
  keep(
    'S6',
    trigger === 'reset' || trigger === 'direct' || trigger === 'coalesced' || book.asking,
    'nobody asked',
  );
  book.newest = generation;
  book.asking = false;
  book.runs.set(generation, run);
}

function registered(book: Book, run: RunRow, id: string): void {
  const temporal = book.temporalRun(id);
  const { generation, trigger } = run;
  const isCause = {
    dispatched: temporal.generation === generation,
    direct: true,
    reset: trigger === 'reset',
  }[temporal.origin];
  keep('S6', isCause, `a ${temporal.origin} run gets generation ${generation} (${trigger})`);
  keep('S3', temporal.number >= book.youngestOwner, `run ${id} is registered after a newer one`);
  book.youngestOwner = temporal.number;
}

function began(book: Book, run: RunRow, attempt: AttemptRow): void {
  keep('S3', attempt.fence > book.youngestFence, 'a fence is not new');
  keep('S3', ownsNewest(book, run, attempt.temporalRunId), 'a run begins that is not the newest owner');
  book.youngestFence = attempt.fence;
  const again = book.standing !== null && book.policy === 'no-repeat';
  keep('S2', !again || run.authorised, `generation ${run.generation} computes a finished analysis again`);
}

function ownsNewest(book: Book, run: RunRow, id: string): boolean {
  const owner = run.temporalRunId === id && book.temporalRun(id).number === book.youngestOwner;
  return owner && run.generation === book.newest;
}

type By = { temporalRunId: string; keptIncarnation: number; fence: number };

function committed(book: Book, run: RunRow, by: By): void {
  const { generation, incarnation } = run;
  const applied = (book.applied.get(generation) ?? 0) + 1;
  keep('S1', applied === 1, `generation ${generation} is applied ${applied} times`);
  keep(
    'S3',
    ownsNewest(book, run, by.temporalRunId),
    `run ${by.temporalRunId} commits and is not the newest owner`,
  );
  keep('S3', isNewestAttempt(book, by.fence), `a commit under fence ${by.fence}, which is not the newest`);
  const right = book.exists && incarnation === book.incarnation && by.keptIncarnation === incarnation;
  keep(
    'S7',
    right,
    `a result of incarnation ${by.keptIncarnation} is applied to incarnation ${book.incarnation}`,
  );
  keep('S8', !book.ended.has(generation) || !run.cancelRequested, 'a cancelled run commits');
  book.applied.set(generation, applied);
  book.standing = generation;
}

/** Of its instance; after a reset that is one of an older run's. */
function isNewestAttempt(book: Book, fence: number): boolean {
  const attempts = book.attempts();
  const one = attempts.find((attempt) => attempt.fence === fence);
  return attempts.every(({ generation, fence: other }) => generation !== one?.generation || other <= fence);
}

function closed(book: Book, run: RunRow, how: 'itself' | 'reset' | 'reconciler'): void {
  const { generation, temporalRunId } = run;
  const alive = book
    .attempts()
    .some((one) => one.generation === generation && one.state === 'running' && one.leased);
  const proven = run.state !== 'cancelled' || how === 'reset' || !alive;
  keep('S8', proven, 'cancelled is recorded while an attempt is alive');
  if (how === 'reconciler' && temporalRunId) {
    const { status } = book.temporalRun(temporalRunId);
    keep('S1', status !== 'COMPLETED', 'a workflow completed without a commit');
    if (book.isForgotten(temporalRunId)) return;
    const took = run.state === 'failed' ? ['FAILED'] : ['CANCELED', 'TERMINATED'];
    keep('S8', took.includes(status), `${run.state} is taken over from a run that is ${status}`);
    return;
  }
  if (run.state !== 'cancelled' || how === 'reset') return;
  const asked = book.ended.has(generation) || book.ended.has(temporalRunId ?? '');
  keep('S8', asked, `generation ${generation} ends cancelled, and nobody asked for it`);
}

/** Checks an answer; a key that is used again must give the first answer, or say that the resource was deleted. */
export function answered(book: Book, key: string, answer: Answer | LedgerRefusal): void {
  const first = book.keys.get(key);
  book.asking = false;
  if (answer.outcome === 'refused') return;
  const { generation, incarnation } = answer;
  const here = book.exists && incarnation === book.incarnation;
  keep(
    'S7',
    here && book.runs.get(generation)?.incarnation === book.incarnation,
    'an answer of an older incarnation',
  );
  if (first) keep('S6', first.generation === generation, `one request is answered with two generations`);
  else book.keys.set(key, { incarnation, generation });
  book.accepted.add(generation);
}

/** Checks what is true after every step. */
export function always(book: Book, state: LedgerState): void {
  for (const generation of book.accepted) {
    keep('S5', state.runs.has(generation), `generation ${generation} was accepted and is unknown`);
  }
  const open = [...state.runs.values()].filter(
    (run) => isOpen(run.state) && run.incarnation === book.incarnation,
  );
  keep('S4', open.length <= 1, 'two generations of one incarnation are open');
}

/** Checks when nobody can move any more. */
export function atTheEnd(book: Book, state: LedgerState, settled: boolean): void {
  always(book, state);
  const open = [...state.runs.values()].filter((run) => isOpen(run.state)).map((run) => run.generation);
  keep('L1', open.length === 0, `generation ${open.join()} stays open`);
  keep('L1', state.dispatch.size === 0, `the dispatch of ${[...state.dispatch.keys()].join()} stays open`);
  keep('L1', state.followUp === null, 'a follow-up stays');
  keep('L1', settled, 'something goes on for ever');
  for (const run of state.runs.values()) {
    const applied = book.applied.get(run.generation) === 1;
    keep('S1', applied === (run.state === 'completed'), `generation ${run.generation} is ${run.state}`);
  }
}
