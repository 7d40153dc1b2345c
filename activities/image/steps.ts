import type { StepImplementation } from '../step-context.ts';
import { measure } from './measure.ts';
import { objects } from './objects.ts';
import { ocr } from './ocr.ts';
import { result } from './result.ts';

/** Implementations by the names of their steps; image.digest is shared by all kinds. */
// oxlint-disable-next-line typescript/no-explicit-any -- inputs and values differ from step to step
export const imageSteps: Readonly<Record<string, StepImplementation<any, any>>> = {
  'image.measure': measure,
  'image.ocr': ocr,
  'image.objects': objects,
  'image.result': result,
};
