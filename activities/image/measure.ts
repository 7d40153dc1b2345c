/** Measures the image in a sandboxed child: headers, metadata, pixels, hashes, thumbnails. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasureValue } from '../../kinds/image/flow.ts';
import { measuredSchema } from '../../kinds/image/measured.ts';
import { IMAGE_LIMITS, type ImageJob, MEBIBYTE } from '../../media/image/job.ts';
import { type Program, runProgram } from '../program.ts';
import type { StepImplementation } from '../step-context.ts';
import { pixelsToLeave } from '../inference/left-pixels.ts';
import { VIEWS_TO_LEAVE, withAppearance } from './appearance.ts';
import { BREAKS_DECODER_HINT, type MeasureDocument, THUMBNAIL_SIDES, thumbnailName } from './documents.ts';

const PROGRAM: Program = {
  title: 'sharp image',
  module: 'image/measure',
  imports: ['inference/'],
  inlined: ['blurhash', 'sharp'],
  limits: {
    wallMs: 5 * 60_000,
    // 160 megapixels are 480 MB as RGB, 160 MB as luma, and what the decoder of a progressive JPEG keeps.
    memory: 'resident',
    memoryBytes: 2_048 * MEBIBYTE,
    stdoutBytes: MEBIBYTE,
    // Pixels that are left for reading text are 75 MB at most.
    fileBytes: 96 * MEBIBYTE,
    processes: 64,
  },
  // Pixels are no part of V8's heap.
  heapMebibytes: 512,
  code: 'IMAGE',
  name: 'The image decoder',
  hint: BREAKS_DECODER_HINT,
  outcomeBytes: 4 * MEBIBYTE,
};

const scratchName = (side: number): string => `scratch-${side}`;

export const measure: StepImplementation<unknown, MeasureValue> = async (context) => {
  const job: ImageJob = {
    inputPath: context.input.path,
    limits: IMAGE_LIMITS,
    thumbnails: THUMBNAIL_SIDES.map((side_px) => ({ side_px, path: scratchName(side_px) })),
    views: VIEWS_TO_LEAVE,
    ...pixelsToLeave(context),
  };
  // The child handled hostile input: what it says is checked like any input.
  const found = await withAppearance(context, await runProgram(context, PROGRAM, job));
  const measured: MeasureDocument = measuredSchema.parse(found);
  for (const thumbnail of measured.seen?.thumbnails ?? []) {
    const to = context.artefact(thumbnailName(thumbnail), thumbnail.mime);
    await rename(join(context.directory, scratchName(thumbnail.side_px)), to);
  }
  return { value: { decoded: measured.seen !== null }, document: measured };
};
