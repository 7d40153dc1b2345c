/** Container and streams in a result. Times are seconds from the container's start. */
import { z } from 'zod';
import { count, seconds } from '../envelope.ts';

const tags = z.record(z.string(), z.string());

export const containerSchema = z.strictObject({
  format: z.string(),
  format_names: z.string().nullable(),
  duration_declared_s: seconds.nullable(),
  /** What the movie header says, where there is one. */
  duration_header_s: seconds.nullable(),
  duration_measured_s: seconds,
  bitrate_bps: z.number().nullable(),
  start_s: seconds.nullable(),
  faststart: z.boolean().nullable(),
  tags,
  created_at: z.string().nullable(),
  chapters: z.array(z.strictObject({ start_s: seconds, end_s: seconds, title: z.string().nullable() })),
});

const videoStreamSchema = z.strictObject({
  width_px: count,
  height_px: count,
  coded_width_px: count.nullable(),
  coded_height_px: count.nullable(),
  display_width_px: count,
  display_height_px: count,
  sar: z.string().nullable(),
  dar: z.string().nullable(),
  /** Clockwise. */
  rotation_deg: z.number(),
  /** From left to right, after the turn. Absent in older results. */
  mirrored: z.boolean().optional(),
  fps_avg: z.number().nullable(),
  fps_avg_ratio: z.string().nullable(),
  fps_r: z.number().nullable(),
  fps_r_ratio: z.string().nullable(),
  pix_fmt: z.string().nullable(),
  bit_depth: z.number().nullable(),
  chroma: z.string().nullable(),
  color: z.strictObject({
    space: z.string().nullable(),
    transfer: z.string().nullable(),
    primaries: z.string().nullable(),
    range: z.string().nullable(),
  }),
  hdr: z
    .strictObject({
      format: z.string(),
      maxcll_nits: z.number().nullable(),
      maxfall_nits: z.number().nullable(),
      mastering: z.record(z.string(), z.string()).nullable(),
    })
    .nullable(),
  field_order: z.string().nullable(),
  b_frames: z.number().nullable(),
  /** Of the analysed stream only. */
  measured: z
    .strictObject({
      frames_decoded: count,
      packets: count,
      decode_errors: count,
      duration_s: seconds,
      bitrate_bps: z.number().nullable(),
      is_vfr: z.boolean(),
      frame_interval_ms: z.strictObject({ min: z.number(), median: z.number(), max: z.number() }).nullable(),
      gop: z.strictObject({ keyframes: count, mean_frames: z.number(), max_frames: count }).nullable(),
    })
    .nullable(),
});

export const streamSchema = z.strictObject({
  index: count,
  type: z.string(),
  codec: z.string().nullable(),
  profile: z.string().nullable(),
  level: z.number().nullable(),
  language: z.string().nullable(),
  tags,
  default: z.boolean(),
  cover: z.boolean(),
  start_s: seconds.nullable(),
  duration_declared_s: seconds.nullable(),
  bitrate_bps: z.number().nullable(),
  frames_declared: count.nullable(),
  video: videoStreamSchema.nullable(),
  audio: z
    .strictObject({
      rate_hz: z.number().nullable(),
      channels: count.nullable(),
      layout: z.string().nullable(),
      sample_format: z.string().nullable(),
    })
    .nullable(),
});

export type StreamSection = z.infer<typeof streamSchema>;
export type ContainerSection = z.infer<typeof containerSchema>;
