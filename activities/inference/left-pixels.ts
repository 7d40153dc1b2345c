/** The pixels that text is read from, left by the step that has just measured the picture. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelsToLeave } from '../../media/image/leave-pixels.ts';
import type { OutputRef, StepContext } from '../step-context.ts';
import { decodedElsewhere, type ImagePixels } from './images.ts';
import { sizesToRead } from './text.ts';

const ANSWER = 'pixels.json';
const MOST_BYTES = 4_096;

const fileOf = (nth: number): string => `${nth}.rgb`;

/** What the child is told; nothing where nobody takes them. */
export function pixelsToLeave(context: StepContext): { readonly leave?: PixelsToLeave } {
  const directory = context.leave();
  if (directory === null) return {};
  const wanted = sizesToRead().map((size, nth) => ({ ...size, file: join(directory, fileOf(nth)) }));
  return { leave: { wanted, file: join(directory, ANSWER) } };
}

/** Null: there are none, or not as they should be. */
export async function leftPixels(
  context: StepContext,
  ref: OutputRef,
  id: string,
): Promise<ImagePixels | null> {
  const directory = await context.takeOver(ref);
  if (directory === null) return null;
  try {
    const answer = join(directory, ANSWER);
    if ((await stat(answer)).size > MOST_BYTES) return null;
    const answered: unknown = JSON.parse(await readFile(answer, 'utf8'));
    const decoded = await decodedElsewhere(id, answered, (nth) => join(directory, fileOf(nth)));
    return decoded.pixels.length === sizesToRead().length ? decoded : null;
  } catch {
    return null;
  }
}
