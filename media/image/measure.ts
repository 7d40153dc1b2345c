/** The child program that measures one image. */
import sharp from 'sharp';
import { runAsProgram } from '../program/run.ts';
import type { ImageJob } from './job.ts';
import { measureImage } from './measure-image.ts';

// One image is one processor's work: the worker runs as many children as it has slots.
sharp.concurrency(1);
sharp.cache(false);

await runAsProgram<ImageJob>(measureImage);
