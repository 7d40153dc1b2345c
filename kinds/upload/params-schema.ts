import { z } from 'zod';

/** Apart from params.ts because workflows may not load zod. */
export const uploadParamsSchema = z.strictObject({
  autoAnalyze: z
    .boolean()
    .optional()
    .describe('start the analyses that apply, unless the file is quarantined; false unless said'),
});
