import { z } from 'zod';
import { MOST_SKIPPED_ROWS } from './params.ts';

/** Apart from params.ts because workflows may not load zod. */
export const profilingParamsSchema = z.strictObject({
  header: z
    .enum(['auto', 'first-row', 'none'])
    .optional()
    .describe('is the first row a header; auto unless said: it is compared with the rows below'),
  skip_rows: z
    .number()
    .int()
    .min(0)
    .max(MOST_SKIPPED_ROWS)
    .optional()
    .describe(
      'lines above the header of a CSV or TSV, blank ones not counted, or rows of a sheet; found by themselves where they begin with # or are sep=;',
    ),
  encoding: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,40}$/)
    .optional()
    .describe('read a text in this encoding; found by itself when left out'),
  delimiter: z
    .string()
    .regex(/^[\t\x20-\x7e]$/)
    .optional()
    .describe('one character between fields; found by itself when left out'),
  null_spellings: z
    .array(z.string().max(64))
    .max(100)
    .optional()
    .describe('texts that count as missing in CSV, TSV and XLSX; those of pandas unless said'),
  sheet: z
    .string()
    .max(31)
    .optional()
    .describe('sheet of a workbook; the first visible one that holds cells when left out'),
});
