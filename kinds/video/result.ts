/**
 * The result of a video analysis, `analysis.video/1`. Times are seconds from the container's start.
 * `scenes`, `scene_detector`, `speech` and `text` are absent from results of version 1 of the analyser, which stay valid.
 */
import { z } from 'zod';
import { type alertSchema, count, envelopeShape, seconds } from '../envelope.ts';
import { keyframeObjectsSchema, transcriptSchema } from '../inference/result-parts.ts';
import { sceneSchema, speechSchema, textSchema } from './inference-parts.ts';
import { containerSchema, streamSchema } from '../container/schema.ts';
import { audioSchema, shotSchema, technicalSchema, timelinePoint } from './result-parts.ts';

export const videoResultSchema = z.strictObject({
  schema: z.literal('analysis.video/1'),
  ...envelopeShape,
  coverage: z.strictObject({
    analysedSeconds: seconds,
    of: seconds.nullable(),
    sampled: z.boolean(),
    method: z.string(),
  }),
  video: z.strictObject({
    container: containerSchema,
    streams: z.array(streamSchema),
    analysed_stream: count,
    provider: z.strictObject({ used: z.array(z.enum(['cuda', 'cpu'])), reason: z.string().nullable() }),
    shots: z.array(shotSchema),
    shot_detector: z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()) }),
    technical: technicalSchema,
    quality: z.strictObject({
      luma: z.strictObject({ mean: z.number(), min: z.number(), max: z.number() }),
      saturation_mean: z.number(),
      motion_mean: z.number(),
      method: z.string(),
    }),
    timeline: z.strictObject({
      interval_s: z.number(),
      uri: z.string(),
      /** Null where there are more than 300: then only in the artefact. */
      points: z.array(timelinePoint).nullable(),
    }),
    keyframes: z.array(
      z.strictObject({
        shot: count,
        t_s: seconds,
        uri: z.string(),
        width_px: count,
        height_px: count,
        sharpness: z.number(),
        dominant: z.array(z.strictObject({ hex: z.string(), share: z.number() })),
        dhash: z.string(),
        luma_mean: z.number(),
      }),
    ),
    sprite: z
      .strictObject({
        uri: z.string(),
        vtt_uri: z.string(),
        tiles: count,
        columns: count,
        tile_width_px: count,
        tile_height_px: count,
        interval_s: seconds,
      })
      .nullable(),
    poster: z.strictObject({ uri: z.string(), t_s: seconds }).nullable(),
    audio: audioSchema.nullable(),
    scenes: z.array(sceneSchema).optional(),
    scene_detector: z
      .strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()) })
      .optional(),
    /** Null without an audio track. */
    speech: speechSchema.nullable().optional(),
    /** On-screen text of the keyframes. */
    text: textSchema.nullable().optional(),
    transcript: transcriptSchema
      .optional()
      .describe('absent where it was not asked for, or there is no sound'),
    objects: keyframeObjectsSchema.optional().describe('absent where it was not asked for'),
  }),
});

export type VideoResult = z.infer<typeof videoResultSchema>;
export type VideoAlert = z.infer<typeof alertSchema>;
export type AudioResult = z.infer<typeof audioSchema>;
export type SpeechResult = z.infer<typeof speechSchema>;
export type TextResult = z.infer<typeof textSchema>;
