/** `onceflow/activities`: to do the steps of a kind. */
export { digest } from './digest.ts';
export type { Implementations } from './frame/step-activities.ts';
export { type DetectedType, type HowDone, resourceSection, stepRecords } from './result-envelope.ts';
export {
  type OutputRef,
  type PinnedInput,
  type RetryClass,
  type StepContext,
  StepFailure,
  type StepImplementation,
  type StepOutput,
  type StepProgress,
  type StepResult,
  type StoredArtefact,
} from './step-context.ts';
export type { ChildExit, ChildLimits, ChildSpec } from '../media/child.ts';
