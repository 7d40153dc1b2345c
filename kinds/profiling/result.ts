/** The result of a profile: the envelope that every kind has, and `profiling` in it. */
import { z } from 'zod';
import { type Alert, envelopeShape } from '../envelope.ts';
import { profileSchema } from './profile.ts';

/** An alert as a rule finds it: `where` is a column, a pair of columns, or lines. */
export type Finding = Omit<Alert, 'where'> & { readonly where?: string };

export const profilingResultSchema = z.strictObject({
  schema: z.literal('analysis.profiling/1'),
  /** partial: rows or characters were lost on the way in; the alerts say which. */
  ...envelopeShape,
  coverage: z.object({ rows: z.number(), of: z.number(), sampled: z.boolean(), method: z.string() }),
  profiling: profileSchema.extend({
    conventions: z.record(z.string(), z.string()),
    /** Frictionless Table Schema of what was found. */
    table_schema: z.object({
      fields: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          constraints: z.object({ required: z.boolean(), unique: z.boolean() }),
        }),
      ),
      missingValues: z.array(z.string()),
      primaryKey: z.array(z.string()),
    }),
  }),
});

export type ProfilingResult = z.infer<typeof profilingResultSchema>;
