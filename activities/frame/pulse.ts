import { Context } from '@temporalio/activity';
import type { StepDefinition } from '../../kinds/define.ts';
import { type StepProgress, StepFailure } from '../step-context.ts';
import { LeaseLost, NotCurrent } from './endings.ts';
import type { Frame } from './frame.ts';
import { assertFits, type Kept } from './kept.ts';

/**
 * The pulse of an attempt: every 2 s it renews the lease, and heartbeats as long as there was real progress lately.
 *
 * - A heartbeat says that the work goes on, not that a timer does: past the stall limit there are no more.
 * - Work that outlives its lease is wasted, so the pulse aborts it: superseded, cancelled, or unable to ask for 60 s.
 * - The limits of the step are for the analysis alone: what the frame does before and after it (look for what is
 *   remembered, store what was made, wait for a ledger that is away) has the lease for a limit. So has the wait for a
 *   device that others hold: it is no failure, however long they need it.
 * - Time in which this process did not run (stopped, swapped out) counts for no limit but the lease.
 */
export interface Pulse {
  /** Aborts with the reason that the attempt ends with. */
  readonly signal: AbortSignal;
  progress(progress: StepProgress): void;
  /** Goes with the next heartbeat. Throws a RangeError for what is too large to. */
  keep(kept: Kept): void;
  /** Holds the work to the step's time and stall limits. */
  limit<T>(work: () => Promise<T>): Promise<T>;
  /** Until it is settled, the work waits for what others hold, and no limit of the step counts. */
  waits(wait: Promise<unknown>): void;
  stop(): void;
}

const BEAT_MS = 2_000;
const LEASE_MS = 60_000;
const REPORT_MS = 1_000;
/** A beat later than this means that the process itself stood still. */
const LONGEST_BEAT_MS = 2 * BEAT_MS;

export function startPulse(frame: Frame, step: StepDefinition, fence: number): Pulse {
  const own = new AbortController();
  const context = Context.current();
  const lease = keepLease(frame, fence, own);
  const reports = reportAtMostEachSecond(frame, step, fence);
  const limits = openLimits(step, own);
  let last: StepProgress | null = null;
  let kept = keptBefore();

  const beat = () => {
    lease.renew();
    reports.flush();
    if (limits.hold()) context.heartbeat(kept ? { progress: last, kept } : (last ?? undefined));
  };
  // None at once: Temporal counts from the start, and a step that ends before the first beat costs no call.
  const timer = setInterval(beat, BEAT_MS);

  return {
    signal: eitherOf(context.cancellationSignal, own.signal),
    progress(progress) {
      if (last && last.done === progress.done && last.total === progress.total) return;
      last = progress;
      limits.progressed();
      reports.add(progress);
    },
    keep(newer) {
      assertFits(newer, step.name);
      kept = newer;
    },
    limit: (work) => limits.during(work),
    waits: (wait) => limits.waits(wait),
    stop() {
      clearInterval(timer);
      reports.flush();
    },
  };
}

/**
 * In place of AbortSignal.any, whose signals Node keeps for the life of the process once something listens to them: each
 * attempt would leave itself behind.
 */
function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const either = new AbortController();
  for (const signal of signals) {
    const abort = () => either.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
  return either.signal;
}

/** Of the attempt before this one. Said again until there is something newer: a killed attempt may kill the next too. */
export function keptBefore(): Kept | null {
  const details = Context.current().info.heartbeatDetails as { readonly kept?: Kept } | null | undefined;
  return details?.kept ?? null;
}

interface Limits {
  during<T>(work: () => Promise<T>): Promise<T>;
  waits(wait: Promise<unknown>): void;
  progressed(): void;
  /** Asked at each beat; false: a limit is passed and the work aborted. */
  hold(): boolean;
}

function openLimits(step: StepDefinition, own: AbortController): Limits {
  let limited = false;
  let waiting = 0;
  let idleMs = 0;
  let spentMs = 0;
  let beatAt = performance.now();
  return {
    async during(work) {
      limited = true;
      try {
        return await work();
      } finally {
        limited = false;
      }
    },
    waits(wait) {
      const settled = () => {
        waiting -= 1;
      };
      waiting += 1;
      wait.then(settled, settled);
    },
    progressed() {
      idleMs = 0;
    },
    hold() {
      const now = performance.now();
      const passedMs = Math.min(now - beatAt, LONGEST_BEAT_MS);
      beatAt = now;
      if (!limited || waiting > 0) return true;
      idleMs += passedMs;
      spentMs += passedMs;
      if (spentMs > step.timeoutMs) own.abort(overtime(step));
      else if (idleMs > step.stallMs) own.abort(stalled(step));
      return !own.signal.aborted;
    },
  };
}

function keepLease(frame: Frame, fence: number, own: AbortController): { readonly renew: () => void } {
  let askedAt = performance.now();
  let asking = false;
  const ask = async () => {
    const at = performance.now();
    try {
      const { current, why } = await frame.ledger.renew(fence);
      if (!current) own.abort(new NotCurrent(why));
      askedAt = at;
    } catch {
      // Only being unable to ask for the whole lease ends the work.
    }
  };
  return {
    renew() {
      if (performance.now() - askedAt > LEASE_MS + BEAT_MS && asking) {
        own.abort(new LeaseLost('the ledger could not be asked for 60 s'));
      }
      if (asking) return;
      asking = true;
      void ask().finally(() => {
        asking = false;
        if (performance.now() - askedAt > LEASE_MS) {
          own.abort(new LeaseLost('the ledger could not be asked for 60 s'));
        }
      });
    },
  };
}

interface Reports {
  add(progress: StepProgress): void;
  flush(): void;
}

/**
 * Progress is for watchers: a report that is lost is replaced by the next one. One at a time, or those that wait for a
 * lock would take every connection.
 */
function reportAtMostEachSecond(frame: Frame, step: StepDefinition, fence: number): Reports {
  let waiting: StepProgress | null = null;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sending = false;
  let due = false;
  const send = () => {
    due = sending;
    if (!waiting || sending) return;
    const { done, total, unit } = waiting;
    waiting = null;
    sentAt = performance.now();
    sending = true;
    const settled = () => {
      sending = false;
      if (due) send();
    };
    const progress = { step: step.name, done, total: total ?? null, unit };
    frame.ledger.reportProgress(fence, progress).then(settled, settled);
  };
  return {
    add(progress) {
      waiting = progress;
      if (performance.now() - sentAt >= REPORT_MS) send();
    },
    flush: send,
  };
}

function stalled(step: StepDefinition): StepFailure {
  return new StepFailure({
    code: 'STALLED',
    message: `${step.name} made no progress for ${Math.round(step.stallMs / 1000)} s and was ended`,
    hint: 'it is tried again by itself; if it keeps stalling, the input or the machine is at fault',
    retry: 'backoff',
  });
}

function overtime(step: StepDefinition): StepFailure {
  return new StepFailure({
    code: 'STEP_TIMEOUT',
    message: `${step.name} took longer than its limit of ${Math.round(step.timeoutMs / 1000)} s and was ended`,
    hint: 'it is tried again by itself; analyse a shorter input, or run the worker on a faster machine',
    retry: 'backoff',
  });
}
