import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Implementations } from '../../activities/frame/step-activities.ts';
import type { StepImplementation } from '../../activities/step-context.ts';
import { benchKinds } from './definition.ts';

interface WorkInput {
  /** While this file exists the step waits, with progress; null: it does nothing at all. */
  readonly gate: string | null;
}

const LOOK_MS = 100;

/** Its result says when it began, by the clock of the machine. */
const work: StepImplementation<WorkInput, null> = async (context, { gate }) => {
  const beganAt = Date.now();
  for (let done = 1; gate !== null && existsSync(gate); done += 1) {
    context.progress({ done, unit: 'looks' });
    context.signal.throwIfAborted();
    await delay(LOOK_MS);
  }
  return { value: null, document: { status: 'complete', beganAt } };
};

export const benchImplementations: Implementations = Object.fromEntries(
  benchKinds.map(({ resultStep }) => [resultStep, work]),
);
