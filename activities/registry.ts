import { digest } from './digest.ts';
import type { Implementations } from './frame/step-activities.ts';
import { profilingSteps } from './profiling/steps.ts';
import { textSteps } from './text/steps.ts';
import { videoSteps } from './video/steps.ts';

/** How the steps of the built-in kinds are done. */
export const builtInImplementations: Implementations = {
  'video.digest': digest,
  ...videoSteps,
  'profiling.digest': digest,
  ...profilingSteps,
  'text.digest': digest,
  ...textSteps,
};
