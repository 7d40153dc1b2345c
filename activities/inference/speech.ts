/** Where somebody speaks in a track, by Silero VAD. */
import { randomUUID } from 'node:crypto';
import {
  SPEECH_RATE_HZ,
  type SpeechParams,
  speechParams,
  speechSegments,
  WINDOW_SAMPLES,
} from '../../kinds/inference/speech-segments.ts';
import { SPEECH_MODEL } from '../../kinds/models/catalogue.ts';
import type { EngineUse } from '../../media/inference/engine.ts';
import type { StepContext } from '../step-context.ts';
import { createRunMeter, type RunMeter } from './batches.ts';
import type { InferenceRun, ModelUse, Skipped } from './outcome.ts';
import { readSamples, samplesIn } from './pcm.ts';
import { orWithoutRuntime, useOf, withoutModel, withoutRuntime } from './skipped.ts';

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
  readonly params: SpeechParams;
}

export type SpeechOutcome = SpeechFound | Skipped;

export interface SpeechOptions {
  /** A window with at least this probability begins speech; 0.5 unless said. */
  readonly threshold?: number;
}

/** A minute at a time: little memory, and one message for nearly two thousand windows. */
const PIECE_SAMPLES = 60 * SPEECH_RATE_HZ;

/**
 * Segments in seconds from the first sample, in order, not overlapping. Throws a StepFailure for a track that is not
 * whole samples, and for a model that broke; a model or a runtime that is not there is an outcome, not a failure.
 */
export async function detectSpeech(
  context: StepContext,
  source: SpeechSource,
  { threshold }: SpeechOptions = {},
): Promise<SpeechOutcome> {
  const installed = await context.infer.model(SPEECH_MODEL);
  if (!context.infer.hasRuntime()) return withoutRuntime();
  if (installed === null) return withoutModel({ name: SPEECH_MODEL });
  const samples = await samplesIn(source.pcmPath);
  const meter = createRunMeter();
  return orWithoutRuntime(async () => {
    const probabilities = await context.infer.use((use) =>
      listen(context, use, { path: source.pcmPath, samples, modelPath: installed.modelPath, meter }),
    );
    const params = speechParams(threshold);
    const segments = speechSegments(probabilities, samples, params);
    const speech_s = segments.reduce((sum, { start_s, end_s }) => sum + end_s - start_s, 0);
    return {
      status: 'ok',
      segments,
      speech_s: Math.round(speech_s * 1_000) / 1_000,
      model: useOf(installed),
      params,
      ...meter.summary(),
    };
  });
}

interface Listening {
  readonly path: string;
  readonly samples: number;
  readonly modelPath: string;
  readonly meter: RunMeter;
}

/** The probability of speech in each window of the track. */
async function listen(
  context: StepContext,
  use: EngineUse,
  { path, samples, modelPath, meter }: Listening,
): Promise<Float32Array> {
  const probabilities = new Float32Array(Math.ceil(samples / WINDOW_SAMPLES));
  const stream = randomUUID();
  // Windows depend on each other: more threads than one cost more than they do.
  const model = { path: modelPath, threads: 1 };
  let heard = 0;
  let known = 0;
  for await (const data of readSamples(path, { from: 0, to: samples, piece: PIECE_SAMPLES })) {
    const ends = { first: heard === 0, last: heard + data.length >= samples };
    const { ran, tensors } = await use.ask('speech', { model, stream, ...ends }, [
      { name: 'samples', type: 'float32', dims: [data.length], data },
    ]);
    const found = tensors[0]?.data as Float32Array;
    probabilities.set(found, known);
    known += found.length;
    heard += data.length;
    meter.add(ran);
    meter.batchDone(1);
    context.progress({ done: heard / SPEECH_RATE_HZ, total: samples / SPEECH_RATE_HZ, unit: 's' });
  }
  return probabilities;
}
