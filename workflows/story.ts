/** `onceflow/workflow`: to tell the story of a kind. Everything here runs in Temporal's sandbox. */
export { markOutput, type OutputMark } from '../kinds/output-mark.ts';
export type {
  DigestValue,
  Failure,
  Json,
  Outcome,
  Params,
  RunInput,
  StepAnswer,
} from '../activities/contract.ts';
export { inFlight } from './in-flight.ts';
export { analyse, type Story } from './lifecycle.ts';
export { orFailure, type StepOutcome } from './or-failure.ts';
export type { Run } from './run.ts';
