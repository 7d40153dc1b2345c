/** What the child that handled the image found; parsed, because it handled hostile input. */
import { z } from 'zod';
import { count } from '../envelope.ts';
import { exifSchema, gpsSchema, iccSchema, iptcSchema, textsSchema, xmpSchema } from './metadata.ts';

const share = z.number().min(0).max(1);
const hash = z.string().regex(/^[0-9a-f]{16}$/);

export const fileSchema = z.strictObject({
  /** As the pixels are stored. */
  coded_width_px: count,
  coded_height_px: count,
  /** As the picture is meant to be seen, turned by its orientation. */
  width_px: count,
  height_px: count,
  megapixels: z.number(),
  /** EXIF's number; 1 where none is given. */
  orientation: count,
  orientation_text: z.string().nullable(),
  colour_model: z.enum(['gray', 'rgb', 'ycbcr', 'cmyk', 'ycck', 'palette', 'lab']).nullable(),
  channels: count.nullable(),
  /** Of one channel, in the file. */
  bit_depth: count.nullable(),
  has_alpha: z.boolean().nullable(),
  /** Whether any pixel is less than opaque. */
  alpha_used: z.boolean().nullable(),
  /** Coded so that a rough picture comes first: progressive JPEG, interlaced PNG. */
  progressive: z.boolean().nullable(),
  frames: count,
  pages: count,
  duration_s: z.number().nullable(),
  /** How often an animation is shown; 0: for ever. */
  loop: count.nullable(),
  density: z
    .strictObject({ x: z.number(), y: z.number(), unit: z.enum(['inch', 'cm', 'metre', 'none']) })
    .nullable(),
  /** How numbers that are no brightness became a picture; absent where pixels are bytes or words, as in most files. */
  samples: z
    .strictObject({
      kind: z.enum(['float', 'signed', 'unsigned']),
      /** Of those in the picture. */
      least: z.number().nullable(),
      greatest: z.number().nullable(),
      /** light: 0 is black, 1 is white; as_is: as bytes; stretched: the least is black, the greatest is white. */
      shown: z.enum(['light', 'as_is', 'stretched']),
    })
    .optional(),
  jpeg: z
    .strictObject({
      /** Factors of the first component, horizontal and vertical. */
      sampling: z.array(count).nullable(),
      chroma_subsampling: z.string().nullable(),
      /** Quality at which libjpeg makes the same table for luma, or the nearest to it. */
      quality: z.strictObject({ estimate: count, standard_tables: z.boolean() }).nullable(),
      /** Number of the SOF marker: 0 baseline, 2 progressive. */
      encoding_process: count,
    })
    .nullable(),
});

export const statsSchema = z.strictObject({
  /** 0 to 255, as stored: not turned, not converted by a profile, alpha left out. */
  mean_rgb: z.array(z.number()).length(3),
  std_rgb: z.array(z.number()).length(3),
  luma: z.strictObject({
    /** stored: the luma of a JPEG, or a grey picture's own value; BT.601: computed from RGB. */
    source: z.enum(['stored', 'BT.601']),
    mean: z.number(),
    std: z.number(),
    p5: z.number(),
    p50: z.number(),
    p95: z.number(),
  }),
  entropy_bits: z.number(),
  /** Share of pixels with luma of at most 2, and of at least 253. */
  clipped_low: share,
  clipped_high: share,
  histogram: z.strictObject({ bins: count, counts: z.array(count) }),
  sharpness: z.strictObject({
    laplacian_var: z.number(),
    /** Of the sharpest of 8 x 8 tiles; null for pictures too small to be divided. */
    sharpest_tile_laplacian_var: z.number().nullable(),
  }),
  noise: z.strictObject({ method: z.literal('Immerkaer 1996'), sigma: z.number().nullable() }),
});

export const thumbnailSchema = z.strictObject({
  side_px: count,
  width_px: count,
  height_px: count,
  mime: z.string(),
  bytes: count,
});

export const hashesSchema = z.strictObject({
  dhash64: hash,
  phash64: hash,
  /** Of the picture as it is meant to be seen: what near duplicates are found by. */
  upright_phash64: hash,
});

export const measuredSchema = z.strictObject({
  format: z.enum(['jpeg', 'png', 'gif', 'webp', 'tiff', 'bmp', 'heic', 'avif', 'svg']),
  mime: z.string(),
  extensions: z.array(z.string()),
  file: fileSchema,
  /** Where the file ends before its picture does. */
  truncated: z.string().nullable(),
  trailing_bytes: count,
  damage: z.array(z.string()),
  exif_damage: z.array(z.string()),
  /** Why there are no pixels. */
  undecoded: z.enum(['hevc_not_decodable']).nullable(),
  /** What the decoder complained of and went on. */
  complaint: z.string().nullable(),
  icc: iccSchema.nullable(),
  exif: exifSchema.nullable(),
  gps: gpsSchema.nullable(),
  iptc: iptcSchema.nullable(),
  xmp: xmpSchema.nullable(),
  texts: textsSchema,
  seen: z
    .strictObject({
      /** Rows that the file had data for, most often the upper ones; statistics are of these. */
      rows_px: count,
      stats: statsSchema,
      hashes: hashesSchema,
      thumbnails: z.array(thumbnailSchema),
      dominant: z.array(z.strictObject({ hex: z.string().regex(/^#[0-9a-f]{6}$/), share })),
      blurhash: z.string(),
    })
    .nullable(),
});

export type Measured = z.infer<typeof measuredSchema>;
