import { ApplicationFailure } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';

/**
 * Temporal itself repeats an attempt that it lost after a second, however often: that a worker died is no reason to wait
 * longer the next time. What reports a failure waits longer each time, and says so with it.
 */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** `attempt` counts from 1. */
export function backOffMs(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 10));
}

/** Work before the attempt has a fence: what goes wrong there is no failure of the step, and is tried again. */
export async function beforeFence<T>(attempt: number, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TemporalFailure || !(error instanceof Error)) throw error;
    const { message, name } = error;
    const delay = { nextRetryDelay: backOffMs(attempt) };
    throw ApplicationFailure.create({ message, type: name, nonRetryable: false, cause: error, ...delay });
  }
}
