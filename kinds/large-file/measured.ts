/** Schema of what a chunk measured, and of the state that measuring goes on from. */
import { z } from 'zod';
import { count } from '../envelope.ts';

export const censusSchema = z.strictObject({
  /** By the mark at the beginning; a text without one is read byte by byte. */
  unit: z.enum(['byte', 'utf-16le', 'utf-16be']),
  byte_order_mark: z.enum(['utf-8', 'utf-16le', 'utf-16be']).nullable(),
  ...{ lf: count, cr: count, crlf: count, longest_line: count, current_line: count, previous: count },
  utf8_valid: z.boolean(),
  /** Of a character that the next bytes complete. */
  carry: z.array(count),
});

/** What the next chunk needs of the one before. */
export const chainSchema = z.strictObject({
  offset: count,
  /** State of the sha256 of all bytes so far, base64. */
  whole: z.string(),
  histogram: z.array(count).length(256),
  /** Where the content chunk that is open began. */
  cut_start: count,
  census: censusSchema,
});

/** The same in the middle of a chunk, with what the chunk has so far. */
export const checkpointSchema = z.strictObject({
  chain: chainSchema,
  chunk: z.strictObject({ sha256: z.string(), crc32c: z.string() }),
  window: z.array(count).length(256),
  entropies: z.array(z.number()),
  /** 4 bytes of length and 32 of sha256 each, base64. */
  cuts: z.string(),
  cuts_start: count,
  bytes_read: count,
  resumed_at: z.array(count),
});

export const chunkSchema = z.strictObject({
  ...{ offset: count, length: count, sha256: z.string(), crc32c: z.string() },
  entropies: z.array(z.number()),
  cuts: z.string(),
  cuts_start: count,
  bytes_read: count,
  /** Bytes from which a later attempt went on. */
  resumed_at: z.array(count),
  chain: chainSchema,
  file_sha256: z.string(),
});

export type Census = z.infer<typeof censusSchema>;
export type Chain = z.infer<typeof chainSchema>;
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type MeasuredChunk = z.infer<typeof chunkSchema>;
