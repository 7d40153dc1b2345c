/** The images that the keyframes step left, for the steps that look at them. */
import type { StepOutput } from '../step-context.ts';
import type { KeyframeDocument, KeyframesDocument } from './documents.ts';

export const NO_KEYFRAMES = {
  status: 'skipped',
  reason: 'no_keyframes',
  hint: 'No picture of a shot could be decoded.',
} as const;

/** In order of time. */
export function keyframeFiles(images: StepOutput): readonly (KeyframeDocument & { readonly path: string })[] {
  const { keyframes } = images.document as KeyframesDocument;
  const paths = new Map(images.artefacts.map(({ name, path }) => [name, path]));
  return keyframes.map((keyframe) => {
    const path = paths.get(keyframe.uri);
    if (path === undefined) throw new RangeError(`the keyframes step left no ${keyframe.uri}`);
    return { ...keyframe, path };
  });
}
