/** The typed library that services import: `onceflow/client`. */
export * from './analysis-types.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { type ErrorCode, type ErrorIds, errorCodes, OnceflowError } from './errors.ts';
export {
  describeKind,
  type JsonSchema,
  type KindDescription,
  type StepDescription,
} from './kind-description.ts';
export type { KindEntry } from './kinds.ts';
export type {
  AnalysisRef,
  AnalysisResult,
  Answer,
  Cancelled,
  CleanOptions,
  Cleaned,
  Onceflow,
  Refused,
  RerunOptions,
  Reset,
  ResetOptions,
  ResetPoint,
  Resources,
  ResourceView,
  SimilarOptions,
  SubmitItem,
  SubmitOptions,
  Update,
  WaitOptions,
} from './onceflow.ts';
export type {
  AnalysisView,
  DuplicateView,
  EventView,
  RunView,
  SimilarImage,
  StepView,
} from '../ledger/ledger.ts';
export type { AudioResult } from '../kinds/audio/result.ts';
export type { ImageResult } from '../kinds/image/result.ts';
export type { ProfilingResult } from '../kinds/profiling/result.ts';
export type { TextResult } from '../kinds/text/result.ts';
export type { LargeFileResult } from '../kinds/large-file/result.ts';
export type { UploadResult } from '../kinds/upload/result.ts';
export type { VideoResult } from '../kinds/video/result.ts';
export type { RunState } from '../policy/states.ts';
export { resourceIdOf } from './slug.ts';
