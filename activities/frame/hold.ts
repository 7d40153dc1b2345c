import type { StepCall } from '../contract.ts';
import type { StepContext, StepResult } from '../step-context.ts';

/**
 * Lets the conformance suite hold an attempt at the beginning of its work, under its pulse, so that it can be killed or
 * cancelled exactly there, and see what is computed. Without a hold, as in every program of the product, it costs a
 * comparison.
 */
export interface WorkHold {
  /** May wait, throw what the step is to fail with, and answer another context. */
  before(context: StepContext, call: StepCall): Promise<StepContext>;
  after(call: StepCall, result: StepResult<unknown>): void;
}

let hold: WorkHold | undefined;

export function installHold(next: WorkHold): void {
  hold = next;
}

export async function held<Result extends StepResult<unknown>>(
  context: StepContext,
  call: StepCall,
  work: (context: StepContext) => Promise<Result>,
): Promise<Result> {
  const result = await work(hold ? await hold.before(context, call) : context);
  hold?.after(call, result);
  return result;
}
