/** The result of a profile: the envelope that every kind has, and `profiling` in it. */
import { z } from 'zod';
import { profileSchema } from './profile.ts';

export const alertSchema = z.object({
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  message: z.string(),
  /** Column, pair of columns, or lines. */
  where: z.string().optional(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
});

export type Alert = z.infer<typeof alertSchema>;

export const profilingResultSchema = z.object({
  schema: z.literal('analysis.profiling/1'),
  resource: z.object({
    id: z.string(),
    sha256: z.string().nullable(),
    bytes: z.number().int(),
    name: z.string(),
    detectedType: z.object({ mime: z.string(), container: z.string(), by: z.string() }),
    declaredType: z.string().nullable(),
    mismatch: z.boolean(),
  }),
  /** partial: rows or characters were lost on the way in; the alerts say which. */
  status: z.enum(['complete', 'partial']),
  summary: z.object({ headline: z.string(), facts: z.array(z.string()) }),
  alerts: z.array(alertSchema),
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
