import type { StepCall } from '../contract.ts';
import type { StepContext } from '../step-context.ts';

/**
 * Lets the conformance suite hold an attempt at the beginning of its work, under its pulse, so that it can be killed or
 * cancelled exactly there, and count what is computed. Without a hold, as in every program of the product, it costs a
 * comparison.
 */
export type WorkHold = (context: StepContext, call: StepCall) => Promise<void>;

let hold: WorkHold | undefined;

export function installHold(next: WorkHold): void {
  hold = next;
}

export async function held(context: StepContext, call: StepCall): Promise<StepContext> {
  await hold?.(context, call);
  return context;
}
