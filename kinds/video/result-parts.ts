/** Parts of the result of a video analysis. Times are seconds from the container's start. */
import { z } from 'zod';
import { count, seconds } from '../envelope.ts';

export const tags = z.record(z.string(), z.string());

const segment = z.strictObject({ start_s: seconds, end_s: seconds, duration_s: seconds });

const cropSchema = z.strictObject({
  width_px: z.number(),
  height_px: z.number(),
  x_px: z.number(),
  y_px: z.number(),
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
  rotation_deg: z.number(),
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

const target = z.strictObject({ target_lufs: z.number(), gain_db: z.number(), pass: z.boolean() });

export const audioSchema = z.strictObject({
  stream_index: count,
  duration_measured_s: seconds,
  loudness: z.strictObject({
    /** Null when nothing passes the gate: silence has no loudness. */
    integrated_lufs: z.number().nullable(),
    integrated_reason: z.string().nullable(),
    threshold_lufs: z.number().nullable(),
    lra_lu: z.number().nullable(),
    lra_low_lufs: z.number().nullable(),
    lra_high_lufs: z.number().nullable(),
    /** False under 60 s, where a loudness range means little. */
    lra_reliable: z.boolean(),
    momentary_max_lufs: z.number().nullable(),
    short_term_max_lufs: z.number().nullable(),
    true_peak_dbtp: z.number().nullable(),
    sample_peak_dbfs: z.number().nullable(),
    short_term_uri: z.string(),
    /** Mono counts as it is played: no dual-mono offset. */
    dual_mono_offset: z.literal(false),
    targets: z.strictObject({ ebu_r128: target, streaming: target, podcast: target }).nullable(),
  }),
  silence: z.array(segment),
  silence_detector: z.record(z.string(), z.unknown()),
  leading_silence_s: seconds,
  trailing_silence_s: seconds,
  silence_ratio: z.number(),
});
