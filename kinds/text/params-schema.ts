import { z } from 'zod';

/** Apart from params.ts because workflows may not load zod. */
export const textParamsSchema = z.strictObject({
  encoding: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,40}$/)
    .optional()
    .describe('read the file in this encoding; found by itself when left out'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional()
    .describe(
      'ISO 639 code of the language that readability and keywords assume; found by itself when left out',
    ),
  keywords: z
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('most keywords that are listed; 15 unless said'),
  summary_sentences: z
    .number()
    .int()
    .min(0)
    .max(20)
    .optional()
    .describe('sentences of the summary; 3 unless said'),
});
