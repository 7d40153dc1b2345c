/**
 * The story of an image:
 *
 *     digest
 *     measure   {}                            headers, metadata, pixels, hashes, thumbnails
 *     ocr       {measure, minConfidence}      unless params.ocr is off; beside other images, not behind films
 *     objects   {measure}                     where params.objects is on
 *     result    {measure, ocr, objects, params}   joins, looks for near duplicates, writes the result
 *
 * `measure`, `ocr` and `objects` are the fences of those steps' answers (`ocr` null, `objects` absent where it is off).
 */
import { defineAnalysis, type StepDefinition } from '../define.ts';
import { digestStep } from '../digest-step.ts';
import { ANY_FOR_OBJECTS, TEXT_DETECTOR, TEXT_RECOGNISER } from '../models/catalogue.ts';

const MINUTE_MS = 60_000;

const step = (name: string, summary: string): StepDefinition => ({
  name: `image.${name}`,
  queue: 'cpu',
  version: 1,
  timeoutMs: 10 * MINUTE_MS,
  stallMs: 2 * MINUTE_MS,
  summary,
  readsInput: true,
  remembered: true,
});

export const image = defineAnalysis({
  kind: 'image',
  policy: 'allow-rerun',
  version: 1,
  title: 'Image',
  resultStep: 'image.result',
  resultSchema: 'analysis.image/1',
  longRunningMs: 30 * MINUTE_MS,
  steps: [
    digestStep('image'),
    { ...step('measure', 'format, metadata, pixels, hashes and thumbnails'), version: 4 },
    {
      ...step('ocr', 'text that stands in the picture'),
      version: 3,
      goesAhead: true,
      models: [TEXT_DETECTOR, TEXT_RECOGNISER],
      switch: 'ocr',
    },
    {
      ...step('objects', 'things in the picture, where params ask for them'),
      version: 2,
      goesAhead: true,
      models: [ANY_FOR_OBJECTS],
      optional: true,
      switch: 'objects',
    },
    {
      ...step('result', 'near duplicates and alerts, writes the result'),
      version: 2,
      goesAhead: true,
      readsInput: false,
      // It looks for near duplicates among what is there now.
      remembered: false,
    },
  ],
});
