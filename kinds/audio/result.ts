/** The result of an audio analysis, `analysis.audio/1`. Times are seconds from the container's start. */
import { z } from 'zod';
import { containerSchema, streamSchema } from '../container/schema.ts';
import { count, envelopeShape, seconds } from '../envelope.ts';
import { transcriptSchema } from '../inference/result-parts.ts';
import { loudnessSchema, silenceShape } from '../sound/schema.ts';

const db = z.number().nullable();
const share = z.number();

/** As ffmpeg's astats. What has no unit in its name is a share of full scale; decibels are null for silence. */
const levelsShape = {
  dc_offset: share,
  min_level: share,
  max_level: share,
  min_difference: share,
  max_difference: share,
  mean_difference: share,
  rms_difference: share,
  peak_db: db,
  rms_db: db,
  rms_peak_db: db,
  rms_trough_db: db,
  crest_factor_db: db,
  flat_factor_db: db,
  peak_count: z.number(),
  noise_floor_db: db,
  noise_floor_count: z.number(),
  entropy: z.number(),
  bit_depth: count,
  /** Per channel. */
  samples: count,
  /** At full scale or above. */
  clipped_samples: count,
  /** Of three and more in a row. */
  clipped_runs: count,
  longest_clipped_run: count,
  zero_crossings: count,
};

const stereoSchema = z.strictObject({
  correlation: z.number().nullable(),
  balance_db: db,
  mid_db: db,
  side_db: db,
  dual_mono: z.boolean(),
  phase_inverted: z.boolean(),
  limits: z.record(z.string(), z.number()),
});

const spectrumSchema = z.strictObject({
  /** Null for silence. */
  bandwidth_hz: z.number().nullable(),
  edge: z.strictObject({ frequency_hz: z.number(), drop_db: z.number() }).nullable(),
  hint: z
    .strictObject({ is: z.enum(['upsampled', 'lossy_transcode']), from_rate_hz: z.number().nullable() })
    .nullable(),
  centroid_hz: z.number().nullable(),
  flatness: z.number().nullable(),
  detector: z.record(z.string(), z.unknown()),
  spectrogram: z
    .strictObject({
      uri: z.string(),
      width_px: count,
      height_px: count,
      column_s: seconds,
      min_hz: z.number(),
      max_hz: z.number(),
      range_db: z.number(),
    })
    .nullable(),
});

const speechSchema = z.strictObject({
  status: z.enum(['ok', 'skipped']),
  reason: z.string().nullable(),
  hint: z.string().nullable(),
  /** Null where skipped, and where there are more than 300: then only in the artefact. */
  segments: z
    .array(z.strictObject({ start_s: seconds, end_s: seconds, probability: z.number().nullable() }))
    .nullable(),
  segment_count: count.nullable(),
  uri: z.string().nullable(),
  speech_s: seconds.nullable(),
  /** Of the track's length. */
  ratio: z.number().nullable(),
  /** What several channels became for the detector. */
  channels: z
    .strictObject({
      method: z.enum(['as_is', 'mixdown', 'loudest_channel']),
      channel: count.nullable(),
      mixdown_db: db,
      cancelled_below_db: z.number(),
    })
    .nullable(),
  detector: z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()) }),
  model: z
    .strictObject({ name: z.string(), version: z.string(), sha256: z.string(), licence: z.string() })
    .nullable(),
  provider: z.enum(['cuda', 'cpu']).nullable(),
  provider_reason: z.string().nullable(),
  inference_s: seconds.nullable(),
});

export const audioResultSchema = z.strictObject({
  schema: z.literal('analysis.audio/1'),
  ...envelopeShape,
  coverage: z.strictObject({
    analysedSeconds: seconds,
    of: seconds.nullable(),
    sampled: z.boolean(),
    method: z.string(),
  }),
  audio: z.strictObject({
    container: containerSchema,
    streams: z.array(streamSchema),
    track: z.strictObject({
      stream_index: count,
      /** Among the audio tracks of the file, from 0. */
      number: count,
      of: count,
      codec: z.string().nullable(),
      lossless: z.boolean(),
      start_s: seconds,
      duration_declared_s: seconds.nullable(),
      duration_measured_s: seconds,
      rate_hz: count,
      channels: count,
      layout: z.string().nullable(),
      sample_format: z.string(),
      decode_errors: count,
    }),
    cover: z.array(
      z.strictObject({
        stream_index: count,
        codec: z.string().nullable(),
        width_px: count.nullable(),
        height_px: count.nullable(),
      }),
    ),
    loudness: loudnessSchema.extend({ measured_s: seconds }),
    levels: z.strictObject({
      /** What the level 1 is in the decoder's own samples: 1 for floats. */
      full_scale: count,
      overall: z.strictObject(levelsShape),
      channels: z.array(z.strictObject({ channel: count, ...levelsShape })),
      dead_channels: z.array(count),
      /** No finite numbers, counted as silence; and such that are held with fewer digits. Of all channels. */
      odd_samples: z.strictObject({ nans: count, infinities: count, denormals: count }),
      method: z.string(),
    }),
    stereo: stereoSchema.nullable(),
    ...silenceShape,
    /** Only where there are more than 300: `silence` has the first of them. */
    silence_uri: z.string().nullable(),
    silence_count: count,
    silence_s: seconds,
    speech: speechSchema,
    transcript: transcriptSchema.optional().describe('absent where it was not asked for'),
    spectrum: spectrumSchema,
    waveform: z.strictObject({
      uri: z.string(),
      interval_s: seconds,
      points: count,
      /** Peak magnitude of at most 100 equal parts, for a first look. */
      overview: z.array(share),
    }),
  }),
});

export type AudioResult = z.infer<typeof audioResultSchema>;
export type AudioSections = AudioResult['audio'];
