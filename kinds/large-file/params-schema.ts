import { z } from 'zod';

const MEBIBYTE = 1024 ** 2;

/** Apart from params.ts because workflows may not load zod. */
export const largeFileParamsSchema = z.strictObject({
  chunk_bytes: z
    .number()
    .int()
    .min(MEBIBYTE)
    .max(512 * MEBIBYTE)
    .multipleOf(MEBIBYTE)
    .optional()
    .describe('bytes of a chunk, a multiple of 1 MiB; 128 MiB when left out'),
});
