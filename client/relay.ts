import type { Client } from '@temporalio/client';
import { faultPoint } from '../ledger/fault-points.ts';
import type { Dispatch, Ledger } from '../ledger/ledger.ts';
import { startDispatched } from './dispatch.ts';
import { createSilenceWatch, type SilenceLedger } from './silence.ts';
import { withinDeadline } from './temporal.ts';

/**
 * Brings Temporal in line with the ledger, for as long as the signal lets it: starts what was promised and not yet
 * claimed, cancels what is asked to end, and takes over the outcome of runs that ended without a word.
 *
 * - Any number of relays may run: rows are leased, starts and cancels are repeatable, take-overs are decided in the ledger.
 * - It outlives restarts of Postgres and Temporal; NOTIFY makes it quick, sweeps every 2 s make it sure.
 */
export interface RelayOptions {
  readonly ledger: RelayLedger;
  readonly temporal: Client;
  readonly signal: AbortSignal;
  readonly log?: (line: string) => void;
}

export type RelayLedger = SilenceLedger &
  Pick<Ledger, 'takeDispatches' | 'postponeDispatch' | 'cancelsDue' | 'listen'>;

const sweepMs = 2000;
const silenceSweepMs = 5000;
const longestBackOffMs = 5000;
const batch = 50;
/** Longer than a call to Temporal may take, for every row that waits its turn in the batch. */
const leaseMs = 20_000;
const startsAtATime = 10;
/** Whoever submitted starts the workflow himself; the relay leaves him the first word. */
const firstWordMs = 200;

/** Resolves once the signal is aborted and what was under way has ended. */
export async function runRelay(options: RelayOptions): Promise<void> {
  const cancels = createCancels(options);
  const dispatches = createDispatches(options);
  const loops = {
    dispatch: createLoop('dispatch', sweepMs, options, dispatches),
    cancel: createLoop('cancel', sweepMs, options, cancels),
    silence: createLoop('silence', silenceSweepMs, options, createSilenceWatch(options)),
  };
  const stopListening = keepListening(options, (channel) => {
    if (channel === 'cancel') loops.cancel.wake();
    if (channel === 'dispatch') setTimeout(loops.dispatch.wake, firstWordMs).unref();
  });
  await Promise.all(Object.values(loops).map((loop) => loop.done));
  await stopListening();
}

interface Loop {
  readonly done: Promise<void>;
  readonly wake: () => void;
}

/** Runs `pass` every `everyMs` and at each wake; a pass that throws is logged and tried again after a back-off. */
function createLoop(
  name: string,
  everyMs: number,
  { signal, log }: RelayOptions,
  pass: () => Promise<void>,
): Loop {
  let wakes = 0;
  let wakeNow = () => {};
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      const seen = wakes;
      try {
        await pass();
        if (failures > 0) log?.(`relay ${name}: going on after ${failures} failures`);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log?.(`relay ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      // A wake during the pass may be about what the pass had already passed over.
      if (signal.aborted || (failures === 0 && wakes !== seen)) continue;
      await pause(failures === 0 ? everyMs : Math.min(longestBackOffMs, 200 * 2 ** Math.min(failures, 10)));
    }
  };
  const wake = () => {
    wakes += 1;
    wakeNow();
  };
  signal.addEventListener('abort', wake, { once: true });
  return { done: run(), wake };
}

/** Only due rows. While Temporal cannot be reached one row at a time is tried, so that an outage costs no storm. */
function createDispatches({ ledger, temporal, signal }: RelayOptions): () => Promise<void> {
  let reachable = true;
  return async () => {
    while (!signal.aborted) {
      const limit = reachable ? batch : 1;
      const due = await ledger.takeDispatches(limit, leaseMs);
      if (due[0]) await faultPoint('relay: after take', due[0].workflowId);
      const start = async (dispatch: Dispatch) => {
        reachable = (await startDispatched(temporal, dispatch, ledger)) !== 'unreachable';
      };
      await eachAtMost(startsAtATime, due, start);
      if (due.length < limit || !reachable) return;
    }
  };
}

/** A run that is asked to end is cancelled in Temporal; the ledger gives it back every 5 s until it has closed. */
function createCancels({ ledger, temporal }: RelayOptions): () => Promise<void> {
  return async () => {
    const due = await ledger.cancelsDue(batch);
    await eachAtMost(startsAtATime, due, async ({ workflowId, temporalRunId }) => {
      const handle = temporal.workflow.getHandle(workflowId, temporalRunId);
      // Closed meanwhile, or unreachable: the row stays due, and a closed run is taken over.
      await withinDeadline(temporal, () => handle.cancel()).catch(() => undefined);
    });
  };
}

/** The ledger listens again by itself when its connection is lost; here it only has to begin. */
function keepListening(
  { ledger, signal, log }: RelayOptions,
  onEvent: (channel: 'dispatch' | 'cancel' | 'run') => void,
): () => Promise<void> {
  let stop: (() => Promise<void>) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listen = async (): Promise<void> => {
    if (signal.aborted) return;
    try {
      stop = await ledger.listen(({ channel }) => onEvent(channel));
      // Whatever was announced while nobody listened.
      onEvent('dispatch');
      onEvent('cancel');
    } catch (error) {
      log?.(`relay listen: ${error instanceof Error ? error.message : String(error)}`);
      timer = setTimeout(() => (listening = listen()), sweepMs);
    }
  };
  let listening = listen();
  return async () => {
    clearTimeout(timer);
    await listening;
    await stop?.();
  };
}

async function eachAtMost<Item>(
  atATime: number,
  items: readonly Item[],
  visit: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await visit(item);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, lane));
}
