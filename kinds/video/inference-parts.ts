/** Parts of a video result that models answer: where somebody speaks, and what stands on the screen. */
import { z } from 'zod';
import { count, seconds } from '../envelope.ts';

const model = z.strictObject({
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
  /** SPDX identifier. */
  licence: z.string(),
});

/** What ran the models, and how. */
const inference = {
  provider: z.strictObject({ used: z.array(z.enum(['cuda', 'cpu'])), reason: z.string().nullable() }),
  inference_s: seconds.describe('time in the models alone'),
  batch: z.strictObject({ largest: count, halvings: count }).describe('halved where memory ran out'),
};

const skippedSchema = z.strictObject({
  status: z.literal('skipped'),
  /** A code; `hint` says what to do about it. */
  reason: z.string(),
  hint: z.string(),
});

const detector = z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()) });
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
    detector,
    model,
    ...inference,
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
    reader: detector,
    models: z.array(model),
    ...inference,
  }),
  skippedSchema,
]);
