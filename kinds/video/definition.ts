/**
 * The story of a video analysis:
 *
 *     digest
 *     probe       {params}                              -> ProbeValue {chunks, hasAudio, ...}
 *     chunk       {probe, chunk}      once per chunk     -> ChunkValue   gpu, at most two under way
 *     audio       {probe}             where hasAudio     -> AudioValue   beside the chunks
 *     keyframes   {probe, chunks, params}                -> KeyframesValue   and scenes
 *     text        {keyframes}         unless params.text is off              -> TextValue
 *     speech      {probe}             where hasAudio, unless params.speech is off   -> SpeechValue   gpu, after the chunks
 *     transcript  {probe, speech}     where hasAudio and params ask for it   -> TranscriptValue   gpu, after speech
 *     objects     {keyframes}         where params ask for it                -> ObjectsValue      after text
 *     result      {probe, chunks, audio, keyframes, text, speech, transcript, objects, params}
 *                                     the join; its document is the result
 *
 * `probe`, `chunks`, `audio` and so on are the fences of those steps' answers (`audio` and `speech` null without a track,
 * `speech` and `text` where they are off; `transcript` and `objects` absent where nobody asked).
 * The input and value types are in flow.ts. Chunks are independent of each other: a chunk gives measurements of its
 * frames and decides nothing, the join decides on cuts, black, freezes and fades, so it equals one single pass.
 */
import { defineAnalysis, type StepDefinition } from '../define.ts';
import { digestStep } from '../digest-step.ts';
import {
  ANY_FOR_OBJECTS,
  ANY_FOR_SPEECH_TO_TEXT,
  SPEECH_MODEL,
  TEXT_DETECTOR,
  TEXT_RECOGNISER,
} from '../models/catalogue.ts';

const MINUTE_MS = 60_000;

const step = (
  name: string,
  queue: StepDefinition['queue'],
  summary: string,
  limits: Pick<StepDefinition, 'timeoutMs' | 'stallMs' | 'models' | 'switch'>,
  version = 1,
): StepDefinition => ({
  name: `video.${name}`,
  queue,
  version,
  summary,
  readsInput: true,
  remembered: true,
  ...limits,
});

export const video = defineAnalysis({
  kind: 'video',
  policy: 'no-repeat',
  // 2: scenes, speech and text.
  version: 2,
  title: 'Video',
  resultStep: 'video.result',
  resultSchema: 'analysis.video/1',
  longRunningMs: 120 * MINUTE_MS,
  steps: [
    digestStep('video'),
    step(
      'probe',
      'cpu',
      'container, streams and packets; chunks are planned',
      {
        timeoutMs: 30 * MINUTE_MS,
        stallMs: 60_000,
      },
      2,
    ),
    // Seeking in a file without an index can take a while before the first frame comes.
    step(
      'chunk',
      'gpu',
      'decode and measure every frame',
      { timeoutMs: 120 * MINUTE_MS, stallMs: 60_000 },
      3,
    ),
    step(
      'audio',
      'cpu',
      'loudness and silence of the audio track',
      { timeoutMs: 60 * MINUTE_MS, stallMs: 60_000 },
      2,
    ),
    step(
      'keyframes',
      'cpu',
      'an image of every shot, sprite and poster',
      { timeoutMs: 60 * MINUTE_MS, stallMs: 60_000 },
      3,
    ),
    // A batch of keyframes may take a while on a slow core.
    step(
      'text',
      'cpu',
      'text on the keyframes',
      {
        timeoutMs: 120 * MINUTE_MS,
        stallMs: 180_000,
        models: [TEXT_DETECTOR, TEXT_RECOGNISER],
        switch: 'text',
      },
      3,
    ),
    step('speech', 'gpu', 'where somebody speaks', {
      timeoutMs: 120 * MINUTE_MS,
      stallMs: 180_000,
      models: [SPEECH_MODEL],
      switch: 'speech',
    }),
    {
      // On a processor it takes about as long as the track.
      ...step('transcript', 'gpu', 'what is said, where params ask for it', {
        timeoutMs: 720 * MINUTE_MS,
        stallMs: 180_000,
        models: [ANY_FOR_SPEECH_TO_TEXT],
        switch: 'transcript',
      }),
      optional: true,
    },
    {
      ...step('objects', 'cpu', 'things on the keyframes, where params ask for them', {
        timeoutMs: 120 * MINUTE_MS,
        stallMs: 180_000,
        models: [ANY_FOR_OBJECTS],
        switch: 'objects',
      }),
      optional: true,
    },
    {
      ...step(
        'result',
        'cpu',
        'join chunks, decide on cuts, write the result',
        { timeoutMs: 30 * MINUTE_MS, stallMs: 60_000 },
        3,
      ),
      readsInput: false,
    },
  ],
});
