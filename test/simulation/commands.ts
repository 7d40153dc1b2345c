import fc from 'fast-check';
import type { SubmitRequest } from '../../ledger/ledger.ts';
import type { OnDuplicate, Policy, Wish } from '../../policy/admission.ts';
import type { Without } from './clauses.ts';
import { forget, known, reset, type SimulatedRun, start } from './memory-temporal.ts';
import { always, answered, atTheEnd, type Book, openBook, watching } from './promises.ts';
import {
  askFor,
  lapseDead,
  makeWorld,
  moves,
  resume,
  settle,
  startDispatched,
  tryAgain,
  type World,
} from './world.ts';

/** What may happen to an analysis, as commands for fast-check: one per line of a counterexample. */
interface Step {
  readonly name: string;
  /** Which of several: taken modulo how many there are. */
  readonly at: number;
  readonly run: (world: World, book: Book, at: number) => void;
}

export type SimulationCommand = fc.Command<Book, World>;

function command({ name, at, run }: Step): SimulationCommand {
  return {
    check: () => true,
    run(book, world) {
      run(world, book, at);
      always(book, world.ledger);
    },
    toString: () => `${name}(${at})`,
  };
}

const pick = <Item>(items: readonly Item[], at: number): Item | undefined =>
  items[at % Math.max(1, items.length)];

interface Ask {
  readonly wish: Wish;
  readonly onDuplicate: OnDuplicate | undefined;
  readonly key: string;
}

function ask(world: World, book: Book, { wish, onDuplicate, key }: Ask): void {
  const forced = wish === 'rerun' || onDuplicate === 'coalesce';
  const { kind, resourceId, policy } = world.ledger;
  const request: SubmitRequest = {
    ...{ kind, resourceId, policy, wish, analyserVersion: 1, params: {} },
    ...(onDuplicate && { onDuplicate }),
    ...(forced && { reason: 'again' }),
    ...{ priority: 3, idempotencyKey: key, fromScratch: false, observedPin: null },
    requestedBy: { actor: 'ada', owner: 'lab', role: 'operator' },
  };
  // What was answered once opens nothing more.
  book.asking = !book.keys.has(key);
  answered(book, key, world.call('submit', request));
}

const asks = (wish: Wish, onDuplicate?: OnDuplicate) => (world: World, book: Book) => {
  const key = `${wish}/${onDuplicate ?? ''}/${world.calls.length}`;
  ask(world, book, { wish, onDuplicate, key });
};

/** The answer was lost: the same request again, under its key. */
function askAgain(world: World, book: Book, at: number): void {
  const key = pick([...book.keys.keys()], at);
  if (key === undefined) return;
  const [wish, onDuplicate] = key.split('/') as [Wish, OnDuplicate | ''];
  ask(world, book, { wish, onDuplicate: onDuplicate || undefined, key });
}

function cancel(world: World, book: Book): void {
  book.ended.add(book.newest);
  world.call('requestCancel');
}

function remove(world: World, book: Book): void {
  for (const generation of world.ledger.runs.keys()) book.ended.add(generation);
  book.exists = false;
  world.call('deleteResource');
}

function putAgain(world: World, book: Book): void {
  if (book.exists) return;
  Object.assign(book, { exists: true, standing: null, incarnation: book.incarnation + 1 });
  world.call('putResource', '');
}

const endInTemporal = (how: 'terminate' | 'cancel') => (world: World, book: Book) => {
  const { current } = world.temporal;
  if (current?.status !== 'RUNNING') return;
  if (how === 'terminate') current.status = 'TERMINATED';
  else current.cancelRequested = true;
  book.ended.add(current.id);
};

function resetSome(world: World, book: Book, at: number): void {
  const run = pick([...known(world.temporal)].reverse(), at % 3);
  const to = run && pick(run.past, Math.floor(at / 3));
  if (!run || !to) return;
  if (world.temporal.current) book.ended.add(world.temporal.current.id);
  reset(world.temporal, run, to);
}

/** Temporal gives up on an attempt: it is a zombie from now on, or (crash) dead. */
const expire = (dies: boolean) => (world: World, _book: Book, at: number) => {
  const held = pick([...world.processes], at);
  if (!held) return;
  if (dies) world.processes.delete(held);
  if (held.run.attempt === held.attempt) tryAgain(held.run);
};

const fails = (retry: 'never' | 'backoff' | 'poison') => (world: World) => void world.failures.push(retry);

/** Newest process first: those that were left behind stay behind, until somebody picks them. */
function goOn(world: World, _book: Book, at: number): void {
  pick([...moves(world)].reverse(), at)?.();
}

function wakeZombie(world: World, _book: Book, at: number): void {
  const zombies = [...world.processes].filter(
    (held) => held.attempt !== held.run.attempt || held.run.status !== 'RUNNING',
  );
  const zombie = pick(zombies, at);
  for (let calls = 0; zombie && calls <= at % 4; calls += 1) resume(world, zombie);
}

function everyoneGoesOn(world: World, _book: Book, at: number): void {
  for (let round = 0; round <= at % 6; round += 1) for (const move of moves(world)) move();
}

/** A start whose answer is late: the relay makes it again meanwhile. */
function delayStart(world: World): void {
  for (const [generation, policy] of world.ledger.dispatch) world.inFlight.push({ generation, policy });
}

function lateStart(world: World): void {
  const late = world.inFlight.shift();
  if (late) startDispatched(world, late);
}

const steps = {
  go: goOn,
  all: everyoneGoesOn,
  wake: wakeZombie,
  submit: asks('submit'),
  retry: asks('retry'),
  rerun: asks('rerun'),
  coalesce: asks('submit', 'coalesce'),
  askAgain,
  delayStart,
  lateStart,
  start: (world: World) => void start(world.temporal, { origin: 'direct' }),
  reset: resetSome,
  expire: expire(false),
  crash: expire(true),
  lapse: (world: World) => lapseDead(world),
  cancel,
  terminate: endInTemporal('terminate'),
  cancelInTemporal: endInTemporal('cancel'),
  delete: remove,
  put: putAgain,
  purge: (world: World) => forget(world.temporal, 'closed'),
  lose: (world: World) => forget(world.temporal, 'all'),
  fail: fails('never'),
  stumble: fails('backoff'),
  poison: fails('poison'),
  reconcile: (world: World) => void (world.temporal.current && askFor(world, world.temporal.current)),
} as const satisfies Record<string, Step['run']>;
export type StepName = keyof typeof steps;

const step = (name: StepName, at = 0): SimulationCommand => command({ name, at, run: steps[name] });

/** How often each happens, against the others; what is left out does not happen. */
export type Weights = Partial<Record<StepName, number>>;

export function sequences(weights: Weights): fc.Arbitrary<Iterable<SimulationCommand>> {
  const arbitraries = Object.entries(weights).flatMap(([name, weight]) =>
    Array.from({ length: weight }, () => fc.nat({ max: 23 }).map((at) => step(name as StepName, at))),
  );
  return fc.commands(arbitraries, { maxCommands: 60, size: 'max' });
}

/** The same steps in this order, each in any of its ways. */
export function sequencesOf(names: readonly StepName[]): fc.Arbitrary<Iterable<SimulationCommand>> {
  return fc.tuple(...names.map((name) => fc.nat({ max: 23 }).map((at) => step(name, at))));
}

/** Runs a sequence from an empty ledger, then lets everything settle. Throws BrokenPromise. */
export function simulate(policy: Policy, without: Without, sequence: Iterable<SimulationCommand>): World {
  const book = openBook(policy, {
    temporalRun: (id) => world.temporal.runs.find((run) => run.id === id) as SimulatedRun,
    isForgotten: (id) => world.temporal.forgotten.has(id),
    attempts: () => [...world.ledger.attempts.values()],
  });
  const world = makeWorld(policy, without, watching(book));
  fc.modelRun(() => ({ model: book, real: world }), sequence);
  atTheEnd(book, world.ledger, settle(world));
  return world;
}
