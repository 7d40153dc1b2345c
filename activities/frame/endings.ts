import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { StepFailure } from '../step-context.ts';
import { asStepFailure } from './as-step-failure.ts';
import { waitForRoomMs } from './disk-full.ts';
import type { Frame } from './frame.ts';
import { LedgerTrouble } from './ledger-calls.ts';

/**
 * How an attempt ends when it has no answer.
 *
 * - A failure of the step goes to the ledger, which counts and decides: again, or never.
 * - Cancelled, superseded, cut off from the ledger, or its worker shut down: no failure. The attempt has ended its
 *   processes by now, says so, and costs nothing; if the run goes on, the next attempt learns from `begin` how.
 */

/** The ledger says that the attempt may not go on: another one took over, or the run was cancelled or deleted. */
export class NotCurrent extends Error {
  override readonly name = 'NotCurrent';
}

/** The lease ran out because the ledger could not be asked. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface EndedAttempt {
  readonly frame: Frame;
  readonly step: string;
  readonly fence: number;
}

/** Reports the ending to the ledger and answers what to throw to Temporal. */
export async function endingOf(ended: EndedAttempt, error: unknown): Promise<Error> {
  const { log, cancellationSignal } = Context.current();
  if (cancellationSignal.aborted || error instanceof CancelledFailure) {
    await end(ended, cancelReason());
    // An AbortError would be reported as cancelled and refused: only Temporal's own reason is taken.
    return cancellationSignal.aborted ? (cancellationSignal.reason as Error) : (error as Error);
  }
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof NotCurrent || error instanceof LeaseLost || error instanceof LedgerTrouble) {
    log.warn('attempt ended without an answer', {
      step: ended.step,
      why: error.message,
      cause: causeOf(error),
    });
    await end(ended, error.message);
    return withoutStack(retrySoon(error));
  }
  const failure = asStepFailure(error, ended.step);
  if (failure !== error)
    log.error('step failed', { step: ended.step, code: failure.code, error: String(error) });
  return withoutStack(await report(ended, failure));
}

/** It would say where in this file the failure was told, and stand before code and hint in the Temporal UI. */
function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = '';
  return failure;
}

async function report({ frame, fence }: EndedAttempt, failure: StepFailure): Promise<ApplicationFailure> {
  const { code, message, hint, retry } = failure;
  try {
    const verdict = await frame.ledger.failAttempt(fence, { code, message, hint, retry });
    if (verdict.verdict === 'retry') return retryLater(failure);
    const final = verdict.failure;
    return ApplicationFailure.nonRetryable(final.message, final.code, { hint: final.hint });
  } catch (error) {
    Context.current().log.warn('failure could not be recorded', { code, error: String(error) });
    return retryLater(failure);
  }
}

function retryLater({ code, message, hint }: StepFailure): ApplicationFailure {
  const waitMs = waitForRoomMs(code, Context.current().info.attempt);
  const delay = waitMs === undefined ? {} : { nextRetryDelay: waitMs };
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: false,
    details: [{ hint }],
    ...delay,
  });
}

/** Best effort: a lease that nobody ends runs out. */
async function end({ frame, fence }: EndedAttempt, why: string): Promise<void> {
  try {
    await frame.ledger.endAttempt(fence, why);
  } catch (error) {
    Context.current().log.warn('end of the attempt could not be recorded', { why, error: String(error) });
  }
}

function cancelReason(): string {
  const details = Context.current().cancellationDetails;
  const said = Object.entries(details ?? {}).flatMap(([what, is]) => (is === true ? [what] : []));
  return `Temporal: ${said.join(', ') || 'cancelled'}`;
}

function retrySoon(error: Error): ApplicationFailure {
  const type = error instanceof NotCurrent ? 'SUPERSEDED' : 'LEDGER_UNREACHABLE';
  const delay = error instanceof NotCurrent ? { nextRetryDelay: 200 } : {};
  return ApplicationFailure.create({ message: error.message, type, nonRetryable: false, ...delay });
}

function causeOf({ cause }: Error): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}
