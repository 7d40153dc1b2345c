import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  rootCause,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Failure } from '../activities/contract.ts';

/** An activity found that the run is over, superseded or revoked. Claim says how. */
const RUN_CLOSED = 'RUN_CLOSED';

export function saysClosed(error: unknown): boolean {
  return error instanceof ActivityFailure && causeOf(error)?.type === RUN_CLOSED;
}

/**
 * What the ledger is to record, or null when the error is no failure of the analysis: a fault of the workflow's own
 * code fails its task, not the run, so that a corrected deployment can go on with it.
 */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof ActivityFailure)) return null;
  const cause = causeOf(error);
  if (cause?.type) return { code: cause.type, message: cause.message, hint: hintOf(cause) };
  if (error.cause instanceof TimeoutFailure) {
    return {
      code: 'STEP_TIMEOUT',
      message: `${error.activityType} did not answer in time`,
      hint: 'retry the analysis; if it happens again, look at the log of the worker',
    };
  }
  const what = isCancellation(error) ? 'was cancelled on its own' : 'failed';
  return {
    code: 'STEP_FAILED',
    message: `${error.activityType} ${what}: ${rootCause(error) ?? 'no reason given'}`,
    hint: 'retry the analysis',
  };
}

/** Fails the workflow, and with it the run, under the code that the ledger has recorded. */
export function toFailedRun(failure: Failure): ApplicationFailure {
  const failed = ApplicationFailure.nonRetryable(failure.message, failure.code, { hint: failure.hint });
  // It would say where in this file the failure was told, and stand before code and hint in the Temporal UI.
  failed.stack = '';
  return failed;
}

function causeOf(error: ActivityFailure): ApplicationFailure | null {
  return error.cause instanceof ApplicationFailure ? error.cause : null;
}

function hintOf(cause: ApplicationFailure): string {
  const first = cause.details?.[0] as { readonly hint?: unknown } | undefined;
  return typeof first?.hint === 'string' ? first.hint : 'retry the analysis';
}
