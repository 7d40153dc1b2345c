import type { StepImplementation } from '../step-context.ts';
import { audio } from './audio.ts';
import { chunk } from './chunk.ts';
import { keyframes } from './keyframes.ts';
import { objects } from './objects.ts';
import { probe } from './probe.ts';
import { result } from './result.ts';
import { speech } from './speech.ts';
import { text } from './text.ts';
import { transcript } from './transcript.ts';

/** Implementations by the names of their steps; video.digest is shared by all kinds. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const videoSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'video.probe': probe,
  'video.chunk': chunk,
  'video.audio': audio,
  'video.keyframes': keyframes,
  'video.text': text,
  'video.speech': speech,
  'video.transcript': transcript,
  'video.objects': objects,
  'video.result': result,
};
