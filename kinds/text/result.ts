/** The result of a text analysis: the envelope that every kind has, and `text` in it. */
import { z } from 'zod';
import { count, envelopeShape } from '../envelope.ts';
import { measuredSchema } from './measured.ts';

export const textResultSchema = z.strictObject({
  schema: z.literal('analysis.text/1'),
  ...envelopeShape,
  /** Counts are of all bytes; what is not is named in the method, and then `sampled` is true. */
  coverage: z.strictObject({
    bytes: count,
    of: count,
    sampled: z.boolean(),
    sampled_bytes: count,
    method: z.string(),
  }),
  text: z.strictObject({
    ...measuredSchema.shape,
    /** What the numbers mean where tools disagree. */
    conventions: z.record(z.string(), z.string()),
    /** Why a section is null, by its name. */
    left_out: z.record(z.string(), z.string()),
  }),
});

export type TextResult = z.infer<typeof textResultSchema>;
