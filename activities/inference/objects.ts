/** Things in images, by whichever detector of the YOLO family is installed. */
import { taskReference } from '../../kinds/models/model.ts';
import type { EngineUse } from '../../media/inference/engine.ts';
import type { Tensor } from '../../media/inference/protocol.ts';
import type { FoundObject, ObjectFamily, Requests } from '../../media/inference/requests.ts';
import { type StepContext, StepFailure } from '../step-context.ts';
import { createRunMeter, inBatches, type RunMeter } from './batches.ts';
import { createImageProgress, type ImageProgress } from './image-progress.ts';
import { decodeImages, type ImageFile, type ImagePixels, type Unreadable } from './images.ts';
import type { InferenceRun, ModelUse, Skipped } from './outcome.ts';
import type { InstalledModel } from './registry.ts';
import { orWithoutRuntime, useOf, withoutModel, withoutRuntime } from './skipped.ts';
import { type StoredPixels, wholeOf } from './stored-pixels.ts';

export interface DetectedObject {
  readonly label: string;
  readonly class_index: number;
  readonly score: number;
  /** Left, top, width, height, in pixels of the image as it is displayed. */
  readonly box_px: readonly [number, number, number, number];
}

export interface ImageObjects {
  readonly id: string;
  /** The surest first. */
  readonly objects: readonly DetectedObject[];
  /** Why the image could not be read, as a code; null where it was. */
  readonly unreadable: Unreadable | null;
}

export interface ObjectsFound extends InferenceRun {
  readonly status: 'ok';
  /** In the order they were given. */
  readonly images: readonly ImageObjects[];
  readonly model: ModelUse;
  readonly params: { readonly min_score: number; readonly overlap: number };
}

export type ObjectsOutcome = ObjectsFound | Skipped;

export interface ObjectsOptions {
  /** A model by name; else the first installed one for objects. */
  readonly model?: string;
  /** Objects with a lower score are left out; 0.4 unless said. */
  readonly minScore?: number;
  /** Of two objects of one class that share more than this part (intersection over union) one is left out; 0.5 unless said. */
  readonly overlap?: number;
}

const DEFAULTS = { minScore: 0.4, overlap: 0.5 } as const;

/** Images that are looked at together, where the model takes more than one. */
const BATCH = 8;
/** Decoded at a time, so that few are in memory. */
const DECODED = 16;

/**
 * An image that cannot be decoded is named in its own entry and spoils no other. Throws a StepFailure for a model that
 * broke; a model or a runtime that is not there is an outcome, not a failure.
 */
export async function detectObjects(
  context: StepContext,
  images: readonly ImageFile[],
  options: ObjectsOptions = {},
): Promise<ObjectsOutcome> {
  const installed = await context.infer.model(options.model ?? taskReference('objects'));
  if (!context.infer.hasRuntime()) return withoutRuntime();
  if (installed === null) return withoutModel(options.model ? { name: options.model } : { task: 'objects' });
  const looking = lookingWith(installed, options);
  return orWithoutRuntime(async () => {
    const meter = createRunMeter();
    const found: ImageObjects[] = [];
    const progress = createImageProgress(context, images.length);
    for (let at = 0; at < images.length; at += DECODED) {
      const from = {
        decoded: (more: number) => progress.decoded(at + more),
        looked: (more: number) => progress.looked(at + more),
      };
      found.push(
        ...(await detectIn(context, images.slice(at, at + DECODED), looking, { meter, progress: from })),
      );
      progress.looked(found.length);
    }
    const { minScore: min_score, overlap } = looking.ask;
    const params = { min_score, overlap };
    return { status: 'ok', images: found, model: useOf(installed), params, ...meter.summary() };
  });
}

interface Looking {
  readonly ask: Requests['findObjects']['ask'];
  readonly width: number;
  readonly height: number;
  readonly labels: readonly string[];
}

const FAMILIES: readonly string[] = ['yolox', 'yolov8'] satisfies ObjectFamily[];

function lookingWith({ model, modelPath }: InstalledModel, options: ObjectsOptions): Looking {
  const { image, family, labels = [] } = model;
  if (image === undefined || !FAMILIES.includes(family))
    throw new StepFailure({
      code: 'MODEL_UNSUITABLE',
      message: `The model ${model.name} does not look for objects in images.`,
      hint: 'Name a model of the task objects: `onceflow models list`.',
      retry: 'never',
    });
  const { minScore, overlap } = { ...DEFAULTS, ...options };
  return {
    ask: {
      model: { path: modelPath },
      family: family as ObjectFamily,
      channels: image.channels,
      scale: image.scale,
      minScore,
      overlap,
    },
    width: image.width_px,
    height: image.height_px,
    // A ledger holds no lone surrogates and no zero characters.
    labels: labels.map((label) => label.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ')),
  };
}

interface Course {
  readonly meter: RunMeter;
  readonly progress: ImageProgress;
}

async function detectIn(
  context: StepContext,
  images: readonly ImageFile[],
  looking: Looking,
  { meter, progress }: Course,
): Promise<readonly ImageObjects[]> {
  const { width, height } = looking;
  const readable: SquareImage[] = [];
  const entries: (ImageObjects | SquareImage)[] = [];
  const wanted = [{ width, height, fit: 'letterbox' }] as const;
  for await (const image of decodeImages(context, images, wanted, progress.decoded)) {
    if ('unreadable' in image) entries.push({ id: image.id, objects: [], unreadable: image.unreadable });
    else {
      const square = await squareOf(image);
      readable.push(square);
      entries.push(square);
    }
  }
  const found = await context.infer.use((use) => look(use, readable, looking, { meter, progress }));
  return entries.map((entry) => {
    if ('objects' in entry) return entry;
    const objects = found[readable.indexOf(entry)] ?? [];
    return { id: entry.id, objects: objects.map((one) => shown(one, entry, looking)), unreadable: null };
  });
}

interface SquareImage extends Omit<ImagePixels, 'pixels'> {
  /** [height, width, 3], as the model wants them. */
  readonly square: Tensor;
}

async function squareOf({ pixels: [pixels], ...image }: ImagePixels): Promise<SquareImage> {
  return { ...image, square: await wholeOf(pixels as StoredPixels) };
}

async function look(
  use: EngineUse,
  images: readonly SquareImage[],
  looking: Looking,
  { meter, progress }: Course,
): Promise<readonly (readonly FoundObject[])[]> {
  if (images.length === 0) return [];
  const { inputs } = await use.ask('load', { model: looking.ask.model });
  // Where the form of the input has a number, not a name, in first place, that many images it takes.
  const fixed = inputs[0]?.dims[0];
  let looked = 0;
  const most = typeof fixed === 'number' ? 1 : BATCH;
  return inBatches(images, most, meter, async (batch) => {
    const { images: found, ran } = await use.ask('findObjects', looking.ask, [together(batch, looking)]);
    meter.add(ran);
    looked += batch.length;
    progress.looked(looked);
    return found;
  });
}

function together(batch: readonly SquareImage[], { width, height }: Looking): Tensor {
  const size = width * height * 3;
  const data = new Uint8Array(batch.length * size);
  for (const [index, { square }] of batch.entries()) data.set(square.data as Uint8Array, index * size);
  return { name: 'pixels', type: 'uint8', dims: [batch.length, height, width, 3], data };
}

/** From the square that the model saw back to the image. */
function shown(found: FoundObject, image: SquareImage, { width, height, labels }: Looking): DetectedObject {
  const scale = Math.max(image.width / width, image.height / height);
  const x = (value: number): number => Math.round(Math.min(Math.max(value * scale, 0), image.width));
  const y = (value: number): number => Math.round(Math.min(Math.max(value * scale, 0), image.height));
  const [left, top, right, bottom] = found.box;
  return {
    label: labels[found.class_index] ?? `class ${found.class_index}`,
    class_index: found.class_index,
    score: Math.round(found.score * 1_000) / 1_000,
    box_px: [x(left), y(top), x(right) - x(left), y(bottom) - y(top)],
  };
}
