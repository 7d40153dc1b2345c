/** What results of several kinds say of inference in the same way, and the sections that models answer wherever they are asked. */
import { z } from 'zod';
import { count, seconds } from '../envelope.ts';

export const modelUseSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
  /** SPDX identifier. */
  licence: z.string(),
});

/** What ran the models, and how. */
export const inferenceShape = {
  provider: z.strictObject({ used: z.array(z.enum(['cuda', 'cpu'])), reason: z.string().nullable() }),
  inference_s: seconds.describe('time in the models alone'),
  batch: z.strictObject({ largest: count, halvings: count }).describe('halved where memory ran out'),
};

export const skippedSchema = z.strictObject({
  status: z.literal('skipped'),
  /** A code; `hint` says what to do about it. */
  reason: z.string(),
  hint: z.string(),
});

export const detectorSchema = z.strictObject({
  name: z.string(),
  params: z.record(z.string(), z.unknown()),
});

export const transcriptSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    text: z.string().nullable().describe('null over 20,000 characters: then only in the artefact'),
    words: z
      .array(z.strictObject({ word: z.string(), start_s: seconds, end_s: seconds, confidence: z.number() }))
      .nullable()
      .describe('null where there are more than 300: then only in the artefact'),
    word_count: count,
    uri: z.string(),
    confidence: z.number().min(0).max(1).nullable().describe('mean over the words; null without any'),
    heard_s: seconds.describe('what the model was given'),
    recogniser: detectorSchema,
    model: modelUseSchema,
    ...inferenceShape,
  }),
  skippedSchema,
]);
export type TranscriptSection = z.infer<typeof transcriptSchema>;

const foundObjectSchema = z.strictObject({
  label: z.string(),
  class_index: count,
  score: z.number(),
  box_px: z
    .tuple([z.number(), z.number(), z.number(), z.number()])
    .describe('left, top, width, height, in pixels of the picture as it is meant to be seen'),
});

/** Of one picture. */
export const objectsSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    objects: z.array(foundObjectSchema).describe('the surest first, 200 at most'),
    object_count: count,
    uri: z.string().nullable().describe('artefact with all of them, where there are more than 200'),
    labels: z.array(z.strictObject({ label: z.string(), objects: count })),
    detector: detectorSchema,
    model: modelUseSchema,
    ...inferenceShape,
  }),
  skippedSchema,
]);
export type ObjectsSection = z.infer<typeof objectsSchema>;

/** Of the keyframes of a video; what stands where is in the artefact. */
export const keyframeObjectsSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    labels: z
      .array(
        z.strictObject({
          label: z.string(),
          keyframes: count.describe('on how many of them'),
          most_at_once: count,
          best_score: z.number(),
          first_seen_s: seconds,
          last_seen_s: seconds,
        }),
      )
      .describe('on the most keyframes first, 300 at most'),
    label_count: count,
    object_count: count,
    uri: z.string(),
    keyframes_looked_at: count,
    keyframes_unreadable: count,
    keyframes_with_objects: count,
    detector: detectorSchema,
    model: modelUseSchema,
    ...inferenceShape,
  }),
  skippedSchema,
]);
export type KeyframeObjectsSection = z.infer<typeof keyframeObjectsSchema>;
