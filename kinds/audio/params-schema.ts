import { z } from 'zod';

/** Apart from params.ts because workflows may not load zod. */
export const audioParamsSchema = z.strictObject({
  track: z
    .number()
    .int()
    .min(0)
    .max(127)
    .optional()
    .describe('which audio track, counted from 0; 0 unless said'),
  silence_threshold_db: z
    .number()
    .min(-120)
    .max(0)
    .optional()
    .describe('below this level is silence, dB; -50 unless said'),
  silence_min_s: z
    .number()
    .min(0.01)
    .max(3_600)
    .optional()
    .describe('shortest silence, seconds; 0.5 unless said'),
  speech_threshold: z
    .number()
    .min(0.05)
    .max(0.95)
    .optional()
    .describe('probability that begins speech; 0.5 unless said'),
  transcript: z
    .enum(['off', 'on'])
    .optional()
    .describe('whether what is said is written down; off unless said, needs a model for speech-to-text'),
});
