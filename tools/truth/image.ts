/**
 * Which part of an image's result holds what a reference tool measured.
 *
 * Tolerances, each with its reason: values are exact unless a line below says otherwise. Statistics are printed with 3
 * to 6 decimals by the reference, so they agree within one unit of the last one; decoders of JPEG may differ in a bit
 * of a pixel, which moves a mean of many pixels by less.
 */
import type { ImageResult } from '../../kinds/image/result.ts';
import {
  type Comparison,
  exactly,
  type Mapping,
  type TruthRecord,
  withinAbsolute,
  withinRelative,
} from './compare.ts';
import { compareTags } from './image-tags.ts';

type Compare = (record: TruthRecord, result: ImageResult) => readonly Comparison[];

/** Printed with 3 decimals. */
const MEAN = 0.0011;
/** Printed with 4 decimals; a variance of thousands, where one pixel's bit counts squared. */
const LAPLACIAN = 1e-4;
/** Printed with 5 decimals. */
const ENTROPY_BITS = 0.000_011;
/** Printed with 4 decimals. */
const LUMA = 0.000_11;
/** Printed with 6 decimals. */
const SHARE = 0.000_001_1;

export { leftOut } from './image-tags.ts';

export const imageMapping: Mapping = (record, result) =>
  METRICS[record.metric]?.(record, result as ImageResult);

const METRICS: Readonly<Record<string, Compare>> = {
  sha256: ({ metric, value }, { resource }) => [
    exactly({ metric, key: '', expected: value, actual: resource.sha256 }),
  ],
  exiftool_n: compareTags,
  orientation_text: ({ metric, value }, { image }) => [
    exactly({ metric, key: '', expected: value, actual: image.file.orientation_text }),
  ],
  imagemagick: compareIdentify,
  pil_mode: compareMode,
  mean_rgb: ({ metric, value }, { image }) => within(metric, value, image.stats?.mean_rgb, MEAN, 'of 255'),
  laplacian_var: ({ metric, value }, { image }) => [
    withinRelative(
      { metric, key: '', expected: value, actual: image.stats?.sharpness.laplacian_var },
      LAPLACIAN,
    ),
  ],
  entropy_bits: ({ metric, value }, { image }) =>
    within(metric, [value], [image.stats?.entropy_bits], ENTROPY_BITS, 'bits'),
  luma_mean_std: ({ metric, value }, { image }) =>
    within(metric, value, [image.stats?.luma.mean, image.stats?.luma.std], LUMA, 'of 255'),
  clipped_fraction: ({ metric, value }, { image }) =>
    within(metric, value, [image.stats?.clipped_low, image.stats?.clipped_high], SHARE, 'of the pixels'),
  dhash64: ({ metric, value }, { image }) => [
    exactly({ metric, key: '', expected: value, actual: image.hashes?.dhash64 }),
  ],
};

function within(
  metric: string,
  expected: unknown,
  actual: readonly unknown[] | undefined,
  allowed: number,
  unit: string,
): readonly Comparison[] {
  return (expected as readonly number[]).map((one, index) =>
    withinAbsolute({ metric, key: String(index), expected: one, actual: actual?.[index] }, allowed, unit),
  );
}

/** `JPEG 180 135 8-bit srgb sRGB frames=1`: format, size, depth, channels, colour space, pictures. */
function compareIdentify({ metric, value }: TruthRecord, { image }: ImageResult): readonly Comparison[] {
  const [format, width, height, depth, channels, space, frames] = String(value).trim().split(/\s+/);
  const { file } = image;
  const grey = file.colour_model === 'gray';
  const cmyk = file.colour_model === 'cmyk' || file.colour_model === 'ycck';
  const colours = grey ? 'gray' : cmyk ? 'cmyk' : 'srgb';
  const actual = {
    format: image.format.toUpperCase(),
    width: file.coded_width_px,
    height: file.coded_height_px,
    // ImageMagick unfolds what has fewer bits than a byte when it reads PNG and GIF.
    depth: `${['png', 'gif'].includes(image.format) ? Math.max(8, file.bit_depth ?? 0) : file.bit_depth}-bit`,
    channels: file.has_alpha ? `${colours}a` : colours,
    space: { gray: 'gray', cmyk: 'cmyk', srgb: 'srgb' }[colours],
    frames: `frames=${Math.max(file.frames, file.pages)}`,
  };
  const expected = {
    format,
    width: Number(width),
    height: Number(height),
    depth,
    channels,
    space: space?.toLowerCase(),
    frames,
  };
  return Object.entries(expected).map(([key, one]) =>
    exactly({ metric, key, expected: one, actual: actual[key as keyof typeof actual] }),
  );
}

/** Pillow's names of what a pixel is made of. */
function modeOf({ file }: ImageResult['image']): string {
  const { colour_model: model, has_alpha: alpha, bit_depth: bits } = file;
  if (model === 'cmyk' || model === 'ycck') return 'CMYK';
  if (model === 'palette') return 'P';
  if (model === 'gray') return bits === 1 ? '1' : bits === 16 ? 'I;16' : alpha ? 'LA' : 'L';
  return alpha ? 'RGBA' : 'RGB';
}

function compareMode({ metric, value }: TruthRecord, { image }: ImageResult): readonly Comparison[] {
  const { mode, size, frames } = value as { mode: string; size: readonly number[]; frames: number };
  const { file } = image;
  return [
    exactly({ metric, key: 'mode', expected: mode, actual: modeOf(image) }),
    exactly({ metric, key: 'size', expected: size, actual: [file.coded_width_px, file.coded_height_px] }),
    exactly({ metric, key: 'frames', expected: frames, actual: Math.max(file.frames, file.pages) }),
  ];
}
