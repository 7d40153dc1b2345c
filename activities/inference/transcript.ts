/** What is said in a track, by whichever model of the wav2vec2 family is installed. */
import { readFile } from 'node:fs/promises';
import { SPEECH_RATE_HZ } from '../../kinds/inference/speech-segments.ts';
import {
  type HeardUnit,
  type Piece,
  piecesOf,
  type TranscribedWord,
  type Vocabulary,
  vocabularyOf,
  wordsOf,
} from '../../kinds/inference/transcript.ts';
import { taskReference } from '../../kinds/models/model.ts';
import type { EngineUse } from '../../media/inference/engine.ts';
import { type StepContext, StepFailure } from '../step-context.ts';
import { createRunMeter, type RunMeter } from './batches.ts';
import type { InferenceRun, ModelUse, Skipped } from './outcome.ts';
import { readSamples, samplesIn } from './pcm.ts';
import type { InstalledModel } from './registry.ts';
import { orWithoutRuntime, useOf, withoutModel, withoutRuntime } from './skipped.ts';
import type { SpeechSource } from './speech.ts';

export interface Transcript extends InferenceRun {
  readonly status: 'ok';
  /** The words, joined by spaces. */
  readonly text: string;
  readonly words: readonly TranscribedWord[];
  /** Mean over the words; null where there are none. */
  readonly confidence: number | null;
  /** Of the track, what the model was given. */
  readonly heard_s: number;
  readonly model: ModelUse;
  readonly params: { readonly piece_s: number; readonly overlap_s: number };
}

export type TranscriptOutcome = Transcript | Skipped;

export interface TranscriptOptions {
  /** A model by name; else the first installed one for speech to text. */
  readonly model?: string;
  /** Where somebody speaks, as detectSpeech says; the whole track unless said. */
  readonly segments?: readonly { readonly start_s: number; readonly end_s: number }[];
}

/** Attention costs with the square of the length; 20 s hold whole sentences. */
const PIECE = { most: 20 * SPEECH_RATE_HZ, overlap: 2 * SPEECH_RATE_HZ } as const;
/** Shorter ones have no frame to answer with: the first layers of the model see 25 ms at a time. */
const LEAST_SAMPLES = SPEECH_RATE_HZ / 10;

/**
 * Words in order, with times in seconds from the first sample. Throws a StepFailure for a track that is not whole
 * samples, and for a model that broke; a model or a runtime that is not there is an outcome, not a failure.
 */
export async function transcribe(
  context: StepContext,
  source: SpeechSource,
  options: TranscriptOptions = {},
): Promise<TranscriptOutcome> {
  const installed = await findHearer(context, options);
  if ('status' in installed) return installed;
  const vocabulary = await readVocabulary(installed);
  const spans = spansIn(await samplesIn(source.pcmPath), options);
  const meter = createRunMeter();
  const total = spans.reduce((sum, pieces) => sum + pieces.length, 0);
  let done = 0;
  const heard = (): void => {
    done += 1;
    context.progress({ done, total, unit: 'pieces' });
  };
  return orWithoutRuntime(async () => {
    const words: TranscribedWord[] = [];
    for (const pieces of spans) {
      const units = await context.infer.use((use) =>
        hearSpan(use, source.pcmPath, pieces, { installed, vocabulary, meter, heard }),
      );
      words.push(...wordsOf(units, vocabulary));
    }
    const sum = words.reduce((all, { confidence }) => all + confidence, 0);
    return {
      status: 'ok',
      text: words.map(({ word }) => word).join(' '),
      words,
      heard_s: heardSamples(spans) / SPEECH_RATE_HZ,
      confidence: words.length === 0 ? null : Math.round((sum / words.length) * 1_000) / 1_000,
      model: useOf(installed),
      params: { piece_s: PIECE.most / SPEECH_RATE_HZ, overlap_s: PIECE.overlap / SPEECH_RATE_HZ },
      ...meter.summary(),
    };
  });
}

/** So that nothing is decoded in vain; null where there is what it takes. */
export async function whyNotTranscribed(context: StepContext): Promise<Skipped | null> {
  const found = await findHearer(context, {});
  return 'status' in found ? found : null;
}

async function findHearer(
  context: StepContext,
  { model }: TranscriptOptions,
): Promise<InstalledModel | Skipped> {
  const installed = await context.infer.model(model ?? taskReference('speech-to-text'));
  if (!context.infer.hasRuntime()) return withoutRuntime();
  return installed ?? withoutModel(model ? { name: model } : { task: 'speech-to-text' });
}

/** A word does not go on from one span into the next; within a span it may, from piece to piece. */
function spansIn(samples: number, { segments }: TranscriptOptions): readonly (readonly Piece[])[] {
  const spans = segments ?? [{ start_s: 0, end_s: samples / SPEECH_RATE_HZ }];
  return spans.flatMap(({ start_s, end_s }) => {
    const from = Math.max(0, Math.round(start_s * SPEECH_RATE_HZ));
    const to = Math.min(samples, Math.round(end_s * SPEECH_RATE_HZ));
    return to - from < LEAST_SAMPLES ? [] : [piecesOf({ from, to }, PIECE)];
  });
}

/** Of neighbours, what they share counts once. */
function heardSamples(spans: readonly (readonly Piece[])[]): number {
  return spans.flat().reduce((sum, { keepFrom, keepTo }) => sum + keepTo - keepFrom, 0);
}

interface Hearing {
  readonly installed: InstalledModel;
  readonly vocabulary: Vocabulary;
  readonly meter: RunMeter;
  readonly heard: () => void;
}

async function hearSpan(
  use: EngineUse,
  path: string,
  pieces: readonly Piece[],
  hearing: Hearing,
): Promise<readonly HeardUnit[]> {
  const units: HeardUnit[] = [];
  for (const piece of pieces) {
    units.push(...(await hear(use, path, piece, hearing)));
    hearing.heard();
  }
  return units;
}

async function hear(
  use: EngineUse,
  path: string,
  piece: Piece,
  { installed, vocabulary, meter }: Hearing,
): Promise<readonly HeardUnit[]> {
  const { from, to, keepFrom, keepTo } = piece;
  for await (const data of readSamples(path, { from, to, piece: to - from })) {
    const ask = { model: { path: installed.modelPath }, blank: vocabulary.blank };
    const heard = await use.ask('hear', ask, [
      { name: 'samples', type: 'float32', dims: [data.length], data },
    ]);
    meter.add(heard.ran);
    meter.batchDone(1);
    const perFrame = (to - from) / Math.max(1, heard.frameCount);
    return heard.ids.flatMap((id, index) => {
      const at = from + (heard.frames[index] as number) * perFrame;
      if (at < keepFrom || at >= keepTo) return [];
      const probability = heard.probabilities[index] as number;
      return { id, probability, start_s: at / SPEECH_RATE_HZ, end_s: (at + perFrame) / SPEECH_RATE_HZ };
    });
  }
  return [];
}

async function readVocabulary({ model, vocabularyPath }: InstalledModel): Promise<Vocabulary> {
  const text = vocabularyPath === null ? '' : await readFile(vocabularyPath, 'utf8');
  const vocabulary = vocabularyOf(parsedOrNull(text));
  if (vocabulary) return vocabulary;
  throw new StepFailure({
    code: 'MODEL_UNSUITABLE',
    message: `The model ${model.name} has no vocabulary that says what its units are, or it names no <pad>.`,
    hint: 'Add it again with --vocabulary and the vocab.json that it was trained with.',
    retry: 'never',
  });
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
