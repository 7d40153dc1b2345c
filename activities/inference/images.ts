/** Images as pixels, decoded a few at a time in disposable children. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Size, SizeWanted } from '../../media/inference/decode-image.ts';
import type { DecodeJob } from '../../media/inference/decode-images.ts';
import { type Program, runProgram } from '../program.ts';
import { type StepContext, StepFailure } from '../step-context.ts';
import { pixelsInFile, type StoredPixels } from './stored-pixels.ts';

const MIB = 1024 * 1024;
/** More than any camera takes; 16-bit pixels of it are 1.2 GB. */
const MOST_PIXELS = 200_000_000;
/** Decoded by one child; its start costs more than a small image. */
const TOGETHER = 8;

const PROGRAM: Program = {
  title: 'sharp pixels',
  module: 'inference/decode-images',
  imports: ['image/'],
  inlined: ['sharp'],
  limits: {
    wallMs: 120_000,
    memoryBytes: 2_048 * MIB,
    memory: 'resident',
    stdoutBytes: MIB,
    // 16,384 x 1,638 pixels of an elongated image.
    fileBytes: 96 * MIB,
    processes: 64,
  },
  heapMebibytes: 512,
  code: 'IMAGE',
  name: 'The image decoder',
  hint: 'Convert the image to JPEG or PNG and try again.',
  outcomeBytes: MIB,
};

const pixels = z.strictObject({ width: z.number().int().positive(), height: z.number().int().positive() });
const decodedImage = z.strictObject({
  ok: z.literal(true),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  pixels: z.array(pixels),
});
const outcome = z.array(
  z.discriminatedUnion('ok', [
    decodedImage,
    z.strictObject({ ok: z.literal(false), code: z.enum(['IMAGE_UNDECODABLE', 'IMAGE_TOO_LARGE']) }),
  ]),
);
type Decoded = z.output<typeof outcome>[number];

export type Unreadable = 'IMAGE_UNDECODABLE' | 'IMAGE_TOO_LARGE';

export interface ImagePixels {
  readonly id: string;
  /** As displayed. */
  readonly width: number;
  readonly height: number;
  /** As they were wanted. They are there until the next image is asked for. */
  readonly pixels: readonly StoredPixels[];
}

export interface ImageFile {
  readonly id: string;
  readonly path: string;
}

/** In the order of the images. */
export async function* decodeImages(
  context: StepContext,
  images: readonly ImageFile[],
  wanted: readonly SizeWanted[],
  onDecoded: (images: number) => void,
): AsyncGenerator<ImagePixels | { readonly id: string; readonly unreadable: Unreadable }> {
  const directory = join(context.directory, 'pixels');
  await mkdir(directory, { recursive: true });
  try {
    for (let at = 0; at < images.length; at += TOGETHER) {
      const some = images.slice(at, at + TOGETHER);
      // The child counts its own images.
      const progress: StepContext['progress'] = ({ done }) => onDecoded(at + done);
      const decoded = await decodeTogether(within(context, directory, progress), some, wanted);
      onDecoded(at + some.length);
      for (const [index, image] of some.entries()) {
        const one = decoded[index] ?? { ok: false, code: 'IMAGE_UNDECODABLE' };
        if (!one.ok) yield { id: image.id, unreadable: one.code };
        else yield storedImage(image.id, one, (nth) => join(directory, fileOf(index, nth)));
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same context elsewhere. Not a copy: that would ask for its input and its resource, which a step may not know. */
function within(context: StepContext, directory: string, progress: StepContext['progress']): StepContext {
  const own = { directory: { value: directory }, progress: { value: progress } };
  return Object.create(context, own) as StepContext;
}

/** Where one of them breaks its child, each gets a child of its own, and that one is named. */
async function decodeTogether(
  context: StepContext,
  images: readonly ImageFile[],
  wanted: readonly SizeWanted[],
): Promise<readonly Decoded[]> {
  try {
    return await decode(context, images, wanted, 0);
  } catch (error) {
    if (!brokeItsChild(error)) throw error;
  }
  const alone: Decoded[] = [];
  for (const [index, image] of images.entries()) {
    try {
      alone.push(...(await decode(context, [image], wanted, index)));
    } catch (error) {
      if (!brokeItsChild(error)) throw error;
      const memory = error.code === 'IMAGE_MEMORY';
      alone.push({ ok: false, code: memory ? 'IMAGE_TOO_LARGE' : 'IMAGE_UNDECODABLE' });
    }
  }
  return alone;
}

function brokeItsChild(error: unknown): error is StepFailure {
  return (
    error instanceof StepFailure && ['IMAGE_MEMORY', 'IMAGE_LIMIT', 'IMAGE_CRASHED'].includes(error.code)
  );
}

async function decode(
  context: StepContext,
  images: readonly ImageFile[],
  wanted: readonly SizeWanted[],
  first: number,
): Promise<readonly Decoded[]> {
  const job: DecodeJob = {
    mostPixels: MOST_PIXELS,
    images: images.map(({ path }, index) => ({
      path,
      wanted: wanted.map((one, nth) => ({ ...one, file: fileOf(first + index, nth) })),
    })),
  };
  const readable = images.map(({ path }) => path);
  return outcome.parse(await runProgram(context, PROGRAM, job, { readable, readsInput: false }));
}

/** What the child said of its files is checked. */
async function storedImage(
  id: string,
  { width, height, pixels: sizes }: z.output<typeof decodedImage>,
  fileOf: (nth: number) => string,
): Promise<ImagePixels> {
  const pixels = await Promise.all(sizes.map((size, nth) => checkedPixels(fileOf(nth), size)));
  return { id, width, height, pixels };
}

/** An image that another child has decoded: what it answered, and where its pixels are. Throws for what is not so. */
export async function decodedElsewhere(
  id: string,
  answered: unknown,
  fileOf: (nth: number) => string,
): Promise<ImagePixels> {
  return storedImage(id, decodedImage.parse(answered), fileOf);
}

function fileOf(image: number, nth: number): string {
  return `${image}-${nth}.rgb`;
}

async function checkedPixels(path: string, size: Size): Promise<StoredPixels> {
  const { size: bytes } = await stat(path);
  if (bytes !== size.width * size.height * 3)
    throw new StepFailure({
      code: 'IMAGE_FAILED',
      message: 'The image decoder left fewer pixels than it said.',
      hint: PROGRAM.hint,
      retry: 'backoff',
    });
  return pixelsInFile(path, size);
}
