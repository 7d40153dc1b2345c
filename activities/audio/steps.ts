import type { StepImplementation } from '../step-context.ts';
import { levels } from './levels.ts';
import { probe } from './probe.ts';
import { result } from './result.ts';
import { spectrum } from './spectrum.ts';
import { speech } from './speech.ts';
import { transcript } from './transcript.ts';

/** Implementations by the names of their steps; audio.digest is shared by all kinds. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const audioSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'audio.probe': probe,
  'audio.levels': levels,
  'audio.spectrum': spectrum,
  'audio.speech': speech,
  'audio.transcript': transcript,
  'audio.result': result,
};
