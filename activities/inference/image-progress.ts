/** How far a step is with its images, each of which is decoded and then looked at; it never goes back. */
import type { StepContext } from '../step-context.ts';

export interface ImageProgress {
  /** So many images are decoded, all in all. */
  readonly decoded: (images: number) => void;
  /** So many are done; a fraction stands for a part of the one that is being looked at. */
  readonly looked: (images: number) => void;
}

export function createImageProgress(context: StepContext, total: number): ImageProgress {
  let decoded = 0;
  let looked = 0;
  const tell = (): void => context.progress({ done: (decoded + looked) / 2, total, unit: 'images' });
  return {
    decoded(images) {
      decoded = Math.max(decoded, Math.min(images, total));
      tell();
    },
    looked(images) {
      looked = Math.max(looked, Math.min(images, total));
      tell();
    },
  };
}
