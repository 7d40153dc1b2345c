import { z } from 'zod';

/** Apart from params.ts because workflows may not load zod. */
export const videoParamsSchema = z.strictObject({
  chunk_s: z
    .number()
    .min(1)
    .max(3_600)
    .optional()
    .describe('length of one decode-and-detect step, seconds; 60 unless said'),
  shot_threshold: z
    .number()
    .min(0)
    .max(255)
    .optional()
    .describe('content difference that counts as a cut; 27 unless said'),
  shot_min_s: z.number().min(0).max(60).optional().describe('shortest shot, seconds; 0.6 unless said'),
  scene_similarity: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('share of colours that the keyframes of linked shots have in common; 0.6 unless said'),
  speech: z.enum(['on', 'off']).optional().describe('whether speech is listened for; on unless said'),
  text: z
    .enum(['on', 'off'])
    .optional()
    .describe('whether the text that stands on the keyframes is read; on unless said'),
  transcript: z
    .enum(['off', 'on'])
    .optional()
    .describe('whether what is said is written down; off unless said, needs a model for speech-to-text'),
  objects: z
    .enum(['off', 'on'])
    .optional()
    .describe('whether things on the keyframes are looked for; off unless said, needs a model for objects'),
});
