/** What the result of every kind begins with. Units stand in names; what is not known is null, never NaN. */
import { z } from 'zod';

export const count = z.number().int().nonnegative();
export const seconds = z.number();

export const resourceSchema = z.strictObject({
  id: z.string(),
  sha256: z.string().nullable(),
  bytes: count,
  name: z.string(),
  /** By content; `by` names what recognised it. */
  detectedType: z.strictObject({ mime: z.string(), container: z.string(), by: z.string() }),
  /** Extension of the name, in lower case. */
  declaredType: z.string().nullable(),
  mismatch: z.boolean(),
});

export const stepSchema = z.strictObject({
  name: z.string(),
  status: z.enum(['ok', 'skipped', 'failed']),
  reason: z.string().nullable(),
  code: z.string().nullable(),
  tool: z.string(),
  version: z.string(),
  params: z.record(z.string(), z.unknown()),
  attempts: count,
  /** How many times the step was done, once for each chunk. */
  instances: count,
  ms: z.number().nonnegative(),
  startedAt: z.string(),
  /** Runs whose outputs step memory gave, of this resource or of another one with the same bytes; null: computed. */
  remembered_from: z
    .array(z.strictObject({ resource: z.string(), generation: count, run_id: z.string(), instances: count }))
    .nullable(),
});

export const alertSchema = z.strictObject({
  code: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  message: z.string(),
  where: z.string().nullable(),
  value: z.union([z.number(), z.string()]).nullable(),
  threshold: z.union([z.number(), z.string()]).nullable(),
});

export const summarySchema = z.strictObject({ headline: z.string(), facts: z.array(z.string()) });

/** The envelope's part that is the same for all kinds; a kind adds `schema`, `coverage` and its own section. */
export const envelopeShape = {
  resource: resourceSchema,
  /** partial: something was left out, skipped or lost; steps and alerts say what. */
  status: z.enum(['complete', 'partial']),
  steps: z.array(stepSchema),
  summary: summarySchema,
  alerts: z.array(alertSchema),
};

/** The same for a kind that reads no bytes. */
export const envelopeWithoutBytes = { ...envelopeShape, resource: z.strictObject({ id: z.string() }) };

export type Alert = z.infer<typeof alertSchema>;
export type StepRecord = z.infer<typeof stepSchema>;
export type ResourceSection = z.infer<typeof resourceSchema>;
