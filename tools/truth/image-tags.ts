/** exiftool's numbers (`-n`) against ours: each key is compared, or left out with the reason. */
import type { ImageResult } from '../../kinds/image/result.ts';
import { type Comparison, exactly, type TruthRecord, withinRelative } from './compare.ts';

type Image = ImageResult['image'];

/** Keys of a reference's value that our result does not mean to have, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  n_tags: 'how many tags exiftool lists: its own derived ones and maker notes among them',
  Warning: 'what exiftool says of itself: it does not know these maker notes',
};

/** Printed with ten significant digits. */
const PRINTED = 1e-9;

const FIELDS: Readonly<Record<string, (image: Image) => unknown>> = {
  FileType: ({ format }) => format.toUpperCase(),
  ImageWidth: ({ file }) => file.coded_width_px,
  ImageHeight: ({ file }) => file.coded_height_px,
  Megapixels: ({ file }) => file.megapixels,
  Orientation: ({ exif }) => exif?.orientation,
  Make: ({ exif }) => exif?.make,
  Model: ({ exif }) => exif?.model,
  LensMake: ({ exif }) => exif?.lens_make,
  LensModel: ({ exif }) => exif?.lens,
  // Derived: the model's own name where it has one.
  LensID: ({ exif }) => exif?.lens,
  DateTimeOriginal: ({ exif }) => asExif(exif?.taken_at),
  CreateDate: ({ exif }) => asExif(exif?.digitised_at),
  ModifyDate: ({ exif }) => asExif(exif?.modified_at),
  SubSecTimeOriginal: ({ exif }) => exif?.taken_subsec,
  OffsetTimeOriginal: ({ exif }) => exif?.taken_offset,
  ExposureTime: ({ exif }) => exif?.exposure_s,
  FNumber: ({ exif }) => exif?.f_number,
  ISO: ({ exif }) => exif?.iso,
  FocalLength: ({ exif }) => exif?.focal_mm,
  FocalLengthIn35mmFormat: ({ exif }) => exif?.focal35_mm,
  ExposureCompensation: ({ exif }) => exif?.exposure_compensation_ev,
  Flash: ({ exif }) => exif?.flash?.code,
  WhiteBalance: ({ exif }) => exif?.white_balance?.code,
  MeteringMode: ({ exif }) => exif?.metering?.code,
  ExposureProgram: ({ exif }) => exif?.program?.code,
  ColorSpace: ({ exif }) => exif?.colour_space?.code,
  Software: ({ exif }) => exif?.software,
  Artist: ({ exif }) => exif?.artist,
  Copyright: ({ exif }) => exif?.copyright,
  ImageDescription: ({ exif }) => exif?.description,
  ThumbnailLength: ({ exif }) => exif?.thumbnail_bytes,
  GPSLatitude: ({ gps }) => gps?.latitude_deg,
  GPSLongitude: ({ gps }) => gps?.longitude_deg,
  GPSAltitude: ({ gps }) => gps?.altitude_m,
  GPSImgDirection: ({ gps }) => gps?.direction_deg,
  GPSDateStamp: ({ gps }) => gps?.date?.replaceAll('-', ':'),
  GPSTimeStamp: ({ gps }) => gps?.time,
  ProfileDescription: ({ icc }) => icc?.name,
  BitsPerSample: depthOf,
  ColorComponents: ({ file }) => file.channels,
  YCbCrSubSampling: ({ file }) => file.jpeg?.sampling?.join(' '),
  EncodingProcess: ({ file }) => file.jpeg?.encoding_process,
  XResolution: (image) => image.exif?.x_resolution ?? image.file.density?.x,
  YResolution: (image) => image.exif?.y_resolution ?? image.file.density?.y,
  ResolutionUnit: (image) => unitCode(image),
};

export function compareTags(
  { metric, value }: TruthRecord,
  { image, resource }: ImageResult,
): readonly Comparison[] {
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return entries
    .filter(([key]) => !(key in leftOut))
    .map(([key, expected]) => {
      if (key === 'MIMEType') {
        return exactly({ metric, key, expected, actual: resource.detectedType.mime });
      }
      const field = FIELDS[key];
      const actual = field?.(image);
      if (typeof expected === 'number' && typeof actual === 'number') {
        return withinRelative({ metric, key, expected, actual }, PRINTED);
      }
      // exiftool prints a text that looks like a number as one.
      const same = typeof expected === 'number' && typeof actual === 'string' ? Number(actual) : actual;
      const subject = { metric, key, expected, actual: same };
      return field
        ? exactly(subject)
        : { ...subject, difference: null, tolerance: 'unmapped key', agrees: false };
    });
}

function asExif(time: string | null | undefined): string | undefined {
  return time?.replaceAll('-', ':').replace('T', ' ');
}

/** TIFF has a depth for each of its channels, JPEG one for all. */
function depthOf({ format, file }: Image): unknown {
  const channels = format === 'tiff' ? (file.channels ?? 1) : 1;
  return channels === 1 ? file.bit_depth : Array(channels).fill(file.bit_depth).join(' ');
}

/** EXIF counts from 1 and goes before JFIF, which counts from 0. */
function unitCode({ exif, file }: Image): number | undefined {
  if (exif?.resolution_unit) return { none: 1, inch: 2, cm: 3 }[exif.resolution_unit];
  const unit = file.density?.unit;
  return unit && { none: 0, inch: 1, cm: 2, metre: undefined }[unit];
}
