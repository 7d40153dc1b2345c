import type { ImageParams } from '../kinds/image/params.ts';
import type { ImageResult } from '../kinds/image/result.ts';
import type { AudioParams } from '../kinds/audio/params.ts';
import type { AudioResult } from '../kinds/audio/result.ts';
import type { ProfilingParams } from '../kinds/profiling/params.ts';
import type { ProfilingResult } from '../kinds/profiling/result.ts';
import type { TextParams } from '../kinds/text/params.ts';
import type { TextResult } from '../kinds/text/result.ts';
import type { LargeFileParams } from '../kinds/large-file/params.ts';
import type { LargeFileResult } from '../kinds/large-file/result.ts';
import type { UploadParams } from '../kinds/upload/params.ts';
import type { UploadResult } from '../kinds/upload/result.ts';
import type { VideoParams } from '../kinds/video/params.ts';
import type { VideoResult } from '../kinds/video/result.ts';
import type { Json } from '../ledger/ledger.ts';

export interface UntypedAnalysis {
  readonly params: { readonly [key: string]: Json };
  readonly result: Json;
}

/**
 * Params and result of each kind. A kind of your own is added by declaration merging:
 *
 *     declare module 'onceflow/client' {
 *       interface AnalysisTypes {
 *         'market-scan': { params: ScanParams; result: ScanResult };
 *       }
 *     }
 */
export interface AnalysisTypes {
  readonly video: { readonly params: VideoParams; readonly result: VideoResult };
  readonly image: { readonly params: ImageParams; readonly result: ImageResult };
  readonly audio: { readonly params: AudioParams; readonly result: AudioResult };
  readonly profiling: { readonly params: ProfilingParams; readonly result: ProfilingResult };
  readonly text: { readonly params: TextParams; readonly result: TextResult };
  readonly upload: { readonly params: UploadParams; readonly result: UploadResult };
  readonly 'large-file': { readonly params: LargeFileParams; readonly result: LargeFileResult };
}

export type AnalysisKind = Extract<keyof AnalysisTypes, string>;
/** A known kind, or the name of one that has no types here. */
export type AnyKind = AnalysisKind | (string & {});

type TypesOf<Kind extends string> = Kind extends keyof AnalysisTypes ? AnalysisTypes[Kind] : UntypedAnalysis;
export type ParamsOf<Kind extends string> =
  TypesOf<Kind> extends { readonly params: infer Params } ? Params : UntypedAnalysis['params'];
export type ResultOf<Kind extends string> =
  TypesOf<Kind> extends { readonly result: infer Result } ? Result : UntypedAnalysis['result'];
