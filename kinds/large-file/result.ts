/** The result of a large file: the envelope that every kind has, and `large-file` in it. */
import { z } from 'zod';
import { foundSchema } from '../content/found.ts';
import { count, envelopeShape } from '../envelope.ts';

const chunkRow = z.strictObject({
  offset_bytes: count,
  length_bytes: count,
  sha256: z.string(),
  crc32c: z.string(),
});

export const largeFileResultSchema = z.strictObject({
  schema: z.literal('analysis.large-file/1'),
  ...envelopeShape,
  coverage: z.strictObject({ bytes: count, of: count, sampled: z.boolean(), method: z.string() }),
  'large-file': z.strictObject({
    sha256: z.string(),
    /** The first ones; all of them are in the artefact. */
    chunks: z.array(chunkRow),
    n_chunks: count,
    chunk_bytes: count,
    chunks_artefact: z.string(),
    content_chunks: z.strictObject({
      method: z.string(),
      ...{ min_bytes: count, average_bytes: count, max_bytes: count },
      ...{ n: count, n_distinct: count, mean_bytes: z.number().nullable(), repeated_bytes: count },
      artefact: z.string(),
    }),
    entropy: z.strictObject({
      unit: z.literal('bits per byte'),
      window_bytes: count,
      n_windows: count,
      ...{ min: z.number().nullable(), mean: z.number().nullable(), max: z.number().nullable() },
      whole: z.number().nullable(),
      /** Of windows with more than `high_threshold`. */
      share_high: z.number().nullable(),
      high_threshold: z.number(),
      artefact: z.string(),
    }),
    bytes: z.strictObject({
      n_distinct: count,
      most_frequent: count.nullable(),
      p_zero: z.number().nullable(),
      p_printable_ascii: z.number().nullable(),
      artefact: z.string(),
    }),
    text: z.strictObject({
      is_text: z.boolean(),
      encoding: z.enum(['ascii', 'utf-8', 'utf-16le', 'utf-16be', 'unknown-8-bit']).nullable(),
      byte_order_mark: z.boolean(),
      rule: z.string(),
      ...{ lines: count.nullable(), lf: count.nullable(), crlf: count.nullable(), cr: count.nullable() },
      newline: z.enum(['lf', 'crlf', 'cr', 'mixed']).nullable(),
      longest_line_bytes: count.nullable(),
    }),
    ...foundSchema.omit({ type: true, extension: true, problems: true }).shape,
    reading: z.strictObject({
      bytes: count,
      /** What attempts had reported when they ended or were killed; without any kill, slightly more than `bytes`. */
      bytes_read: count,
      resumes: z.array(z.strictObject({ chunk: count, at_byte: count })),
      throughput_bytes_per_s: z.number().nullable(),
    }),
  }),
});

export type LargeFileResult = z.infer<typeof largeFileResultSchema>;
