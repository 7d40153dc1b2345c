import { z } from 'zod';

/** Apart from params.ts because workflows may not load zod. */
export const imageParamsSchema = z.strictObject({
  ocr: z.enum(['on', 'off']).optional().describe('whether the text in the picture is read; on unless said'),
  ocr_min_confidence: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('lines of text below it are left out; 0.5 unless said'),
  objects: z
    .enum(['off', 'on'])
    .optional()
    .describe('whether things in the picture are looked for; off unless said, needs a model for objects'),
  near_duplicate_bits: z
    .number()
    .int()
    .min(0)
    .max(7)
    .optional()
    .describe('most bits of the 64 in which a near duplicate may differ; 6 unless said'),
});
