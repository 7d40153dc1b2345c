/** The likeliest path through what a model trained with CTC says of each frame. */
import type { ReadUnits } from './requests.ts';

/** `scores` [frames, classes]; where they are logits, their softmax is the probability. */
export function greedyPath(
  scores: Float32Array,
  { classes, blank, logits }: { readonly classes: number; readonly blank: number; readonly logits: boolean },
): ReadUnits {
  const frameCount = Math.floor(scores.length / classes);
  const ids: number[] = [];
  const probabilities: number[] = [];
  const frames: number[] = [];
  let before = blank;
  for (let frame = 0; frame < frameCount; frame += 1) {
    const row = scores.subarray(frame * classes, (frame + 1) * classes);
    const best = likeliest(row);
    if (best !== blank && best !== before) {
      ids.push(best);
      frames.push(frame);
      probabilities.push(logits ? softmaxOf(row, best) : Number(row[best]));
    }
    before = best;
  }
  return { ids, probabilities, frames, frameCount };
}

function likeliest(row: Float32Array): number {
  let best = 0;
  for (let index = 1; index < row.length; index += 1) {
    if ((row[index] as number) > (row[best] as number)) best = index;
  }
  return best;
}

/** The best score is the greatest: no exponent overflows. */
function softmaxOf(row: Float32Array, best: number): number {
  const most = row[best] as number;
  let sum = 0;
  for (const score of row) sum += Math.exp(score - most);
  return 1 / sum;
}
