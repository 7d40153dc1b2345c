import type { AnalysisDefinition } from '../../kinds/define.ts';
import type { StepActivity, StepAnswer, StepCall } from '../contract.ts';
import type { StepImplementation } from '../step-context.ts';
import { doAttempt } from './attempt.ts';
import { backingOff } from './back-off.ts';
import type { Frame } from './frame.ts';

/** Implementations by the full name of their step; each knows the form of its own input. */
export type Implementations = Readonly<Record<string, StepImplementation<never, unknown>>>;

/** Activities for all steps of all kinds; each worker is asked only for those of its queue. */
export function createStepActivities(
  frame: Frame,
  definitions: readonly AnalysisDefinition[],
  implementations: Implementations,
): Record<string, StepActivity> {
  const activities: Record<string, StepActivity> = {};
  const running = new Set<StepCall>();
  const isAlone = (): boolean => running.size === 1;
  const counted = async (call: StepCall, work: () => Promise<StepAnswer>): Promise<StepAnswer> => {
    running.add(call);
    try {
      return await work();
    } finally {
      running.delete(call);
    }
  };
  for (const definition of definitions) {
    for (const step of definition.steps) {
      const implementation = implementations[step.name] as StepImplementation | undefined;
      if (!implementation) throw new RangeError(`${step.name} is declared and has no implementation`);
      const work = { definition, step, implementation, isAlone };
      activities[step.name] = (call) => backingOff(() => counted(call, () => doAttempt(frame, work, call)));
    }
  }
  return activities;
}
