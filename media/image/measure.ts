/** The child program that measures one image. */
import sharp from 'sharp';
import { runAsProgram } from '../program/run.ts';
import type { RawPixels } from '../inference/decode-image.ts';
import type { ImageJob } from './job.ts';
import { leavePixels } from './leave-pixels.ts';
import { measureImage } from './measure-image.ts';
import { isShownDirectly } from './shown-directly.ts';

// One image is one processor's work: the worker runs as many children as it has slots.
sharp.concurrency(1);
sharp.cache(false);

await runAsProgram<ImageJob>(async (job, report) => {
  let shown: string | RawPixels = job.inputPath;
  const measured = await measureImage(job, report, (pixels) => {
    shown = pixels;
  });
  if (job.leave && measured.seen && isShownDirectly(measured)) await leavePixels(shown, job.leave);
  return measured;
});
