import { CancellationScope } from '@temporalio/workflow';
import type { Failure, StepAnswer } from '../activities/contract.ts';
import { failureOf, saysClosed } from './failures.ts';

export type StepOutcome<Value> =
  | { readonly answer: StepAnswer<Value>; readonly failure: null }
  | { readonly answer: null; readonly failure: Failure };

/**
 * For a step whose failure the analysis survives: the story hands the reason to its result step, which says `partial`.
 * What ends the run is thrown all the same: its cancellation, and the ledger's word that it is closed.
 */
export async function orFailure<Value>(step: Promise<StepAnswer<Value>>): Promise<StepOutcome<Value>> {
  try {
    return { answer: await step, failure: null };
  } catch (error) {
    if (CancellationScope.current().consideredCancelled || saysClosed(error)) throw error;
    const failure = failureOf(error);
    if (failure === null) throw error;
    return { answer: null, failure };
  }
}
