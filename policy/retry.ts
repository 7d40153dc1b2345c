/**
 * The budget of a step instance, counted from what living workers reported. Deaths, stops and deploys of workers
 * never get here, so an input is not blamed because workers were killed.
 */
const retryableFailuresAllowed = 5;
const childDeathsAllowed = 2;
/** Without a renewal for this long an attempt stops by itself. */
export const leaseMs = 60_000;
/** Dispatches of a run that Temporal does not know before it is given up as LOST. */
export const redispatchesAllowed = 3;

export type RetryClass = 'never' | 'backoff' | 'poison';

export interface StepBudget {
  readonly retryableFailures: number;
  readonly childDeaths: number;
}

export interface ReportedFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type RetryDecision =
  | { readonly outcome: 'retry' }
  | { readonly outcome: 'give-up'; readonly failure: ReportedFailure };

/** The counters after a failure of this class. */
export function countFailure(spent: StepBudget, retry: RetryClass): StepBudget {
  return {
    retryableFailures: spent.retryableFailures + (retry === 'backoff' ? 1 : 0),
    childDeaths: spent.childDeaths + (retry === 'poison' ? 1 : 0),
  };
}

/** `spent` counts this failure too. */
export function decideRetry(spent: StepBudget, failure: ReportedFailure, retry: RetryClass): RetryDecision {
  const { code, message, hint } = failure;
  if (retry === 'never') return { outcome: 'give-up', failure: { code, message, hint } };
  if (spent.childDeaths >= childDeathsAllowed) {
    return {
      outcome: 'give-up',
      failure: {
        code: 'POISON_INPUT',
        message: `The decoding child died ${spent.childDeaths} times on this input; the last time: ${message}`,
        hint: 'The input breaks the decoder or its limits: repair or convert the file, put it again, and submit.',
      },
    };
  }
  if (spent.retryableFailures >= retryableFailuresAllowed) {
    return {
      outcome: 'give-up',
      failure: { code, message: `${message} (${spent.retryableFailures} failures, none left)`, hint },
    };
  }
  return { outcome: 'retry' };
}
