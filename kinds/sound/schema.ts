/** Loudness and silence in a result. Times are seconds from the container's start. */
import { z } from 'zod';
import { seconds } from '../envelope.ts';

export const segment = z.strictObject({ start_s: seconds, end_s: seconds, duration_s: seconds.min(0) });

const target = z.strictObject({ target_lufs: z.number(), gain_db: z.number(), pass: z.boolean() });

export const loudnessSchema = z.strictObject({
  /** Null when nothing passes the gate: silence has no loudness. */
  integrated_lufs: z.number().nullable(),
  integrated_reason: z.string().nullable(),
  threshold_lufs: z.number().nullable(),
  /** Null under 3.4 s: there are too few values over 3 s. */
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
});

const silenceSchema = z.strictObject({
  silence: z.array(segment),
  silence_detector: z.record(z.string(), z.unknown()),
  leading_silence_s: seconds,
  trailing_silence_s: seconds,
  silence_ratio: z.number().min(0),
});
export const silenceShape = silenceSchema.shape;
export type SilenceSection = z.infer<typeof silenceSchema>;
