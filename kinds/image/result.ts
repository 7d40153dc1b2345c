/** The result of an image: the envelope that every kind has, and `image` in it. */
import { z } from 'zod';
import { count, envelopeShape } from '../envelope.ts';
import { modelUseSchema, objectsSchema } from '../inference/result-parts.ts';
import { fileSchema, hashesSchema, statsSchema, thumbnailSchema } from './measured.ts';
import { exifSchema, gpsSchema, iccSchema, iptcSchema, textsSchema, xmpSchema } from './metadata.ts';

const point = z.tuple([z.number(), z.number()]);

const ocrSchema = z.strictObject({
  status: z.enum(['ok', 'skipped', 'off']),
  /** Why there is no text, as a code, and what to do about it. */
  reason: z.string().nullable(),
  hint: z.string().nullable(),
  text: z.string().nullable(),
  lines: z.array(
    z.strictObject({
      text: z.string(),
      confidence: z.number(),
      /** Corners in pixels of the picture as it is meant to be seen, from the top left, clockwise. */
      box: z.tuple([point, point, point, point]),
    }),
  ),
  /** Lines beyond those listed here; all stand in the artefact ocr.json. */
  more_lines: count,
  confidence: z.number().nullable(),
  provider: z.enum(['cuda', 'cpu']).nullable(),
  provider_note: z.string().nullable(),
  model: modelUseSchema.nullable(),
  detector: modelUseSchema.nullable(),
});

const nearDuplicatesSchema = z.strictObject({
  /** Null: there is nothing to compare by; `reason` says why. */
  found: z
    .array(
      z.strictObject({
        resource_id: z.string(),
        /** Bits of the 64 in which the hashes differ. */
        distance_bits: count,
        dhash_distance_bits: count,
      }),
    )
    .nullable(),
  reason: z.string().nullable(),
  within_bits: count,
  /** More than are listed. */
  more: z.boolean(),
  method: z.string(),
});

export const imageSectionSchema = z.strictObject({
  format: z.string(),
  file: fileSchema,
  icc: iccSchema.nullable(),
  exif: exifSchema.nullable(),
  gps: gpsSchema.nullable(),
  iptc: iptcSchema.nullable(),
  xmp: xmpSchema.nullable(),
  texts: textsSchema.optional(),
  /** Null where the pixels could not be decoded; the alerts say why. */
  stats: statsSchema.nullable(),
  exposure: z
    .strictObject({
      verdict: z.enum(['normal', 'underexposed', 'overexposed', 'high_contrast', 'flat']),
      rule: z.string(),
    })
    .nullable(),
  hashes: hashesSchema.nullable(),
  near_duplicates: nearDuplicatesSchema,
  dominant: z.array(z.strictObject({ hex: z.string(), share: z.number() })).nullable(),
  blurhash: z.string().nullable(),
  thumbnails: z.array(thumbnailSchema.extend({ uri: z.string() })),
  ocr: ocrSchema,
  objects: objectsSchema.optional().describe('absent where it was not asked for'),
});

export const imageResultSchema = z.strictObject({
  schema: z.literal('analysis.image/1'),
  ...envelopeShape,
  coverage: z.strictObject({
    analysed_pixels: count,
    of_pixels: count,
    analysed_frames: count,
    of_frames: count,
    sampled: z.boolean(),
    method: z.string(),
  }),
  image: imageSectionSchema,
});

export type ImageResult = z.infer<typeof imageResultSchema>;
export type ImageSection = z.infer<typeof imageSectionSchema>;
