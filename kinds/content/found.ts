/** Schema of what the program that looks into files answers: it handled hostile bytes, so it is checked like any input. */
import { z } from 'zod';
import { count } from '../envelope.ts';

const families = [
  ...(['audio', 'video', 'image', 'archive', 'document', 'executable', 'database', 'table', 'text'] as const),
  ...(['font', 'disk', 'model', 'data', 'unknown'] as const),
] as const;

export const fileTypeSchema = z.strictObject({
  mime: z.string(),
  container: z.string(),
  family: z.enum(families),
  extensions: z.array(z.string()),
});

const entrySchema = z.strictObject({
  name: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'hardlink', 'device', 'other']),
  bytes: count,
  compressed_bytes: count.nullable(),
  encrypted: z.boolean(),
  modified: z.string().nullable(),
  link_target: z.string().nullable(),
});

const names = z.array(z.string());
const problemSchema = z.strictObject({ code: z.string(), message: z.string() });

const listingSchema = z.strictObject({
  format: z.string(),
  listed: z.boolean(),
  complete: z.boolean(),
  reason: z.string().nullable(),
  ...{ n_entries: count, n_files: count, n_directories: count, n_links: count, n_encrypted: count },
  ...{ n_nested_archives: count, n_executables: count, n_duplicate_names: count, n_traversal_names: count },
  ...{
    n_escaping_links: count,
    n_devices: count,
    unfolded_bytes: z.number().nonnegative(),
    compressed_bytes: count,
  },
  ratio: z.number().nullable(),
  largest_entry_ratio: z.number().nullable(),
  entries: z.array(entrySchema),
  samples: z.strictObject({
    ...{
      traversal: names,
      escaping_links: names,
      nested: names,
      executables: names,
      duplicates: names,
      encrypted: names,
    },
  }),
  problems: z.array(problemSchema),
});

const foundShape = {
  type: fileTypeSchema,
  archive: listingSchema.nullable(),
  zip: z.strictObject({ zip64: z.boolean(), n_data_descriptors: count, prefix_bytes: count }).nullable(),
  macros: names,
  encrypted_document: z.boolean(),
  polyglot: z.string().nullable(),
  problems: z.array(problemSchema),
  extension: z.strictObject({ known: z.boolean(), textual: z.boolean() }),
  entries_file: z.boolean(),
};

export const foundSchema = z.strictObject(foundShape);

export type ContentFound = z.infer<typeof foundSchema>;
export type FileType = z.infer<typeof fileTypeSchema>;
