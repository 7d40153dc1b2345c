/** Parts of the result of a video analysis. Times are seconds from the container's start. */
import { z } from 'zod';
import { count, seconds } from '../envelope.ts';
import { segment, silenceShape, loudnessSchema } from '../sound/schema.ts';

const cropSchema = z.strictObject({
  width_px: z.number(),
  height_px: z.number(),
  x_px: z.number(),
  y_px: z.number(),
});

export const shotSchema = segment.extend({
  index: count,
  start_frame: count,
  end_frame: count,
  start_timecode: z.string(),
  end_timecode: z.string(),
  score: z.number().nullable(),
  transition: z.enum(['start', 'cut', 'fade']),
  keyframe_uri: z.string().nullable(),
});

const fieldCounts = z.strictObject({ tff: count, bff: count, progressive: count, undetermined: count });

export const technicalSchema = z.strictObject({
  black: z.array(segment),
  black_detector: z.record(z.string(), z.unknown()),
  freeze: z.array(segment.extend({ open_ended: z.boolean() })),
  freeze_detector: z.record(z.string(), z.unknown()),
  fades: z.array(segment.extend({ direction: z.enum(['in', 'out']), luma: z.number() })),
  fade_detector: z.record(z.string(), z.unknown()),
  letterbox: z.strictObject({
    detected: z.boolean(),
    crop: cropSchema.nullable(),
    share: z.number().nullable(),
    samples: count,
    first_300_frames: z.string().nullable(),
    detector: z.record(z.string(), z.unknown()),
  }),
  interlacing: z
    .strictObject({
      verdict: z.enum(['progressive', 'interlaced_tff', 'interlaced_bff', 'mixed', 'undetermined']),
      declared_field_order: z.string().nullable(),
      frames: count,
      repeated: z.strictObject({ neither: count, top: count, bottom: count }),
      single: fieldCounts,
      multiple: fieldCounts,
      detector: z.record(z.string(), z.unknown()),
    })
    .nullable(),
});

export const timelinePoint = z.strictObject({
  t_s: seconds,
  luma_mean: z.number(),
  luma_min: z.number(),
  luma_max: z.number(),
  saturation_mean: z.number(),
  motion: z.number(),
});

export const audioSchema = z.strictObject({
  stream_index: count,
  duration_measured_s: seconds,
  loudness: loudnessSchema,
  ...silenceShape,
});
