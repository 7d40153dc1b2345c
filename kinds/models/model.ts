/** What the registry knows of a model. Pure; manifests of models that a user added have the same form. */
import { z } from 'zod';

export const MODEL_TASKS = [
  'speech-segments',
  'text-detection',
  'text-recognition',
  'speech-to-text',
  'objects',
] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/** Models of one family take the same input and answer in the same form: one code path serves them all. */
export const MODEL_FAMILIES = [
  'silero-vad-5',
  'pp-ocr-detector',
  'pp-ocr-recogniser',
  'wav2vec2-ctc',
  'yolox',
  'yolov8',
] as const;
export type ModelFamily = (typeof MODEL_FAMILIES)[number];

/** The families that a user's own model can have, by task. */
export const FAMILIES_OF: Readonly<Record<ModelTask, readonly ModelFamily[]>> = {
  'speech-segments': ['silero-vad-5'],
  'text-detection': ['pp-ocr-detector'],
  'text-recognition': ['pp-ocr-recogniser'],
  'speech-to-text': ['wav2vec2-ctc'],
  objects: ['yolox', 'yolov8'],
};

const source = z.union([
  /** Comes with an npm package, at this path in it. */
  z.strictObject({ package: z.string(), path: z.string() }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }) }),
  /** Was copied from a file of the user's. */
  z.null(),
]);

const modelFileSchema = z.strictObject({
  /** Within the model's folder. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  role: z.enum(['model', 'vocabulary']),
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  source,
});
export type ModelFile = z.infer<typeof modelFileSchema>;

export const modelSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
  task: z.enum(MODEL_TASKS),
  family: z.enum(MODEL_FAMILIES),
  /** SPDX identifier. */
  licence: z.string().regex(/^[A-Za-z0-9.+() -]{1,100}$/),
  /** Exactly one of them is the model. */
  files: z.array(modelFileSchema).min(1).max(8),
  /** Of models that look at images. `scale` is what a byte is multiplied by. */
  image: z
    .strictObject({
      width_px: z.number().int().min(32).max(4096),
      height_px: z.number().int().min(32).max(4096),
      channels: z.enum(['rgb', 'bgr']),
      scale: z.number().positive(),
    })
    .optional(),
  /** Names of the classes, in the model's order. */
  labels: z.array(z.string().min(1).max(100)).max(10_000).optional(),
});
export type Model = z.infer<typeof modelSchema>;

/** How a step names what it uses: a model, or whichever one is installed for a task. */
export type ModelReference = string;

export function taskReference(task: ModelTask): ModelReference {
  return `task:${task}`;
}

export function isTask(reference: ModelReference): boolean {
  return reference.startsWith('task:');
}

/** Changes with any of its files. */
export function digestOfModel(model: Model): string {
  const others = model.files.filter((file) => file !== mainFile(model)).map(({ sha256 }) => sha256);
  return [mainFile(model).sha256, ...others].join('+');
}

export function mainFile({ files }: Model): ModelFile {
  const main = files.find((file) => file.role === 'model') ?? files[0];
  if (!main) throw new RangeError('a model has at least one file');
  return main;
}
