/** The result of an upload: the envelope that every kind has, and `upload` in it. */
import { z } from 'zod';
import { foundSchema } from '../content/found.ts';
import { count, envelopeShape } from '../envelope.ts';

export const checksumsSchema = z.strictObject({
  sha256: z.string(),
  md5: z.string(),
  crc32c: z.string(),
  blake3: z.string(),
});

const reasonSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  threshold: z.union([z.number(), z.string()]).nullable(),
});

export const uploadResultSchema = z.strictObject({
  schema: z.literal('analysis.upload/1'),
  ...envelopeShape,
  coverage: z.strictObject({ bytes: count, of: count, sampled: z.boolean(), method: z.string() }),
  upload: z.strictObject({
    checksums: checksumsSchema,
    ...foundSchema.omit({ type: true, extension: true, problems: true }).shape,
    verdict: z.enum(['accept', 'quarantine']),
    reasons: z.array(reasonSchema),
    rule: z.strictObject({ exploding_ratio: z.number(), exploding_bytes: count }),
    /** Analyses that can read this file, and whether the commit of this result was asked to start them. */
    applies: z.array(z.strictObject({ kind: z.string(), why: z.string(), starts: z.boolean() })),
  }),
});

export type UploadResult = z.infer<typeof uploadResultSchema>;
export type Checksums = z.infer<typeof checksumsSchema>;
