import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** `attempt` counts from 1. */
export function backOffMs(attempt: number, firstMs = FIRST_WAIT_MS, longestMs = LONGEST_WAIT_MS): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 10));
}

/**
 * Temporal itself repeats an attempt that it lost after a second, however often: that a worker died is no reason to wait
 * longer the next time. An attempt that reports a failure waits longer each time, unless the failure says how long.
 */
export async function backingOff<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withWait(error, backOffMs(activityInfo().attempt));
  }
}

function withWait(error: unknown, nextRetryDelay: number): unknown {
  if (error instanceof ApplicationFailure) {
    return error.nonRetryable || error.nextRetryDelay ? error : Object.assign(error, { nextRetryDelay });
  }
  // Cancelled: it is not repeated.
  if (error instanceof TemporalFailure || !(error instanceof Error)) return error;
  const { message, name: type } = error;
  return ApplicationFailure.create({ message, type, nonRetryable: false, cause: error, nextRetryDelay });
}
