/** What the file says of how its picture was made. Times as the camera's clock showed them, in ISO form. */
import { z } from 'zod';
import { count } from '../envelope.ts';

const text = z.string().nullable();
const number = z.number().nullable();
/** The number as it stands in the file, and what the standard calls it. */
const coded = z.strictObject({ code: z.number(), name: text }).nullable();

export const exifSchema = z.strictObject({
  make: text,
  model: text,
  lens_make: text,
  lens: text,
  taken_at: text,
  /** Digits of the second's fraction, as written. */
  taken_subsec: text,
  taken_offset: text,
  digitised_at: text,
  modified_at: text,
  exposure_s: number,
  f_number: number,
  iso: number,
  focal_mm: number,
  focal35_mm: number,
  exposure_compensation_ev: number,
  flash: z.strictObject({ code: z.number(), fired: z.boolean() }).nullable(),
  white_balance: coded,
  metering: coded,
  program: coded,
  colour_space: coded,
  software: text,
  artist: text,
  copyright: text,
  description: text,
  /** As written, also where it does not exist. */
  orientation: number,
  x_resolution: number,
  y_resolution: number,
  resolution_unit: z.enum(['inch', 'cm', 'none']).nullable(),
  thumbnail_bytes: number,
});

export const gpsSchema = z.strictObject({
  latitude_deg: number,
  longitude_deg: number,
  altitude_m: number,
  direction_deg: number,
  /** UTC. */
  date: text,
  time: text,
  at: text,
});

export const iptcSchema = z.strictObject({
  title: text,
  headline: text,
  caption: text,
  creator: text,
  credit: text,
  copyright: text,
  city: text,
  country: text,
  keywords: z.array(z.string()),
});

export const xmpSchema = z.strictObject({
  title: text,
  description: text,
  creator: text,
  rights: text,
  creator_tool: text,
  label: text,
  created_at: text,
  rating: number,
  keywords: z.array(z.string()),
});

/** Text chunks of a PNG, comments of a JPEG or GIF; those have no keyword. */
export const textsSchema = z
  .array(z.strictObject({ keyword: text, text: z.string() }))
  .describe('at most 100, of each the first 1,000 characters in one line');

export const iccSchema = z.strictObject({ name: text, space: text, bytes: count });
