/** Parts of a video result that models answer: where somebody speaks, and what stands on the screen. */
import { z } from 'zod';
import { count, seconds } from '../envelope.ts';
import { detectorSchema, inferenceShape, modelUseSchema, skippedSchema } from '../inference/result-parts.ts';

const corner = z.tuple([z.number(), z.number()]);

export const sceneSchema = z.strictObject({
  index: count,
  start_s: seconds,
  end_s: seconds,
  duration_s: seconds,
  first_shot: count,
  last_shot: count,
  similarity: z.number().min(0).max(1).nullable().describe('mean over the linked pairs of shots within'),
  keyframe_uri: z.string().nullable(),
});

export const speechSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    segments: z
      .array(
        z.strictObject({ start_s: seconds, end_s: seconds, duration_s: seconds, probability: z.number() }),
      )
      .nullable()
      .describe('null where there are more than 300: then only in the artefact'),
    segment_count: count,
    uri: z.string(),
    speech_s: seconds,
    ratio: z.number().min(0).max(1).nullable().describe('of the track that was listened to'),
    covered_s: seconds.describe('length of the track that was listened to'),
    detector: detectorSchema,
    model: modelUseSchema,
    ...inferenceShape,
  }),
  skippedSchema,
]);

export const textSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('ok'),
    spans: z
      .array(
        z.strictObject({
          text: z.string(),
          confidence: z.number(),
          box_px: z.array(corner).describe('corners, in pixels of the keyframe'),
          first_seen_s: seconds,
          last_seen_s: seconds,
          first_shot: count,
          last_shot: count,
          sightings: count,
        }),
      )
      .nullable()
      .describe('null where there are more than 300: then only in the artefact'),
    span_count: count,
    uri: z.string(),
    keyframes_read: count,
    keyframes_unreadable: count,
    keyframes_with_text: count,
    reader: detectorSchema,
    models: z.array(modelUseSchema),
    ...inferenceShape,
  }),
  skippedSchema,
]);
