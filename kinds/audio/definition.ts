/**
 * The story of an audio analysis:
 *
 *     digest
 *     probe      {params}                                     -> ProbeValue {stream, rate_hz, channels, ...}
 *     levels     {probe, params}      one decode pass          -> LevelsValue    beside spectrum and speech
 *     spectrum   {probe}                                      -> SpectrumValue
 *     speech     {probe, params}      on the gpu queue         -> SpeechValue
 *     transcript {probe, speech}      on the gpu queue, where params ask for it   -> TranscriptValue
 *     result     {probe, levels, spectrum, speech, transcript, params}   the join; its document is the result
 *
 * `probe`, `levels`, `spectrum`, `speech` and `transcript` are the fences of those steps' answers. Input and value types are in flow.ts.
 */
import { defineAnalysis, type StepDefinition } from '../define.ts';
import { digestStep } from '../digest-step.ts';
import { ANY_FOR_SPEECH_TO_TEXT, SPEECH_MODEL } from '../models/catalogue.ts';

const MINUTE_MS = 60_000;

const step = (
  name: string,
  queue: StepDefinition['queue'],
  summary: string,
  timeoutMs: number,
): StepDefinition => ({
  name: `audio.${name}`,
  queue,
  version: 1,
  summary,
  timeoutMs,
  // A model that loads, or a file without an index, can take a while before the first progress.
  stallMs: 60_000,
  readsInput: true,
  remembered: true,
});

export const audio = defineAnalysis({
  kind: 'audio',
  policy: 'no-repeat',
  version: 1,
  title: 'Audio',
  resultStep: 'audio.result',
  resultSchema: 'analysis.audio/1',
  longRunningMs: 120 * MINUTE_MS,
  steps: [
    digestStep('audio'),
    {
      ...step('probe', 'cpu', 'format, streams and tags; what the decoder gives', 10 * MINUTE_MS),
      version: 2,
    },
    { ...step('levels', 'cpu', 'loudness, levels of each channel, silence', 120 * MINUTE_MS), version: 3 },
    step('spectrum', 'cpu', 'bandwidth, spectrogram and waveform', 120 * MINUTE_MS),
    { ...step('speech', 'gpu', 'where somebody speaks', 120 * MINUTE_MS), models: [SPEECH_MODEL] },
    {
      // On a processor it takes about as long as the track.
      ...step('transcript', 'gpu', 'what is said, where params ask for it', 720 * MINUTE_MS),
      stallMs: 3 * MINUTE_MS,
      models: [ANY_FOR_SPEECH_TO_TEXT],
      optional: true,
      switch: 'transcript',
    },
    {
      ...step('result', 'cpu', 'join, alerts, write the result', 10 * MINUTE_MS),
      version: 2,
      readsInput: false,
    },
  ],
});
