import { audioSteps } from './audio/steps.ts';
import { digest } from './digest.ts';
import type { Implementations } from './frame/step-activities.ts';
import { imageSteps } from './image/steps.ts';
import { largeFileSteps } from './large-file/steps.ts';
import { profilingSteps } from './profiling/steps.ts';
import { textSteps } from './text/steps.ts';
import { uploadSteps } from './upload/steps.ts';
import { videoSteps } from './video/steps.ts';

/** How the steps of the built-in kinds are done. */
export const builtInImplementations: Implementations = {
  'video.digest': digest,
  ...videoSteps,
  'image.digest': digest,
  ...imageSteps,
  'audio.digest': digest,
  ...audioSteps,
  'profiling.digest': digest,
  ...profilingSteps,
  'text.digest': digest,
  ...textSteps,
  ...uploadSteps,
  ...largeFileSteps,
};
