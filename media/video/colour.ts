/**
 * Colour arithmetic of the shot detector, bit for bit that of the reference: libswscale's unscaled 4:2:0 to RGB
 * conversion (its SIMD form; compared over all 2^24 inputs) and OpenCV's 8-bit HSV (hue 0..179).
 *
 * BT.601 always, whatever the file declares: that is what the reference's decoder does, and differences between
 * frames hardly depend on it.
 */
export type ColourRange = 'limited' | 'full';

export interface YuvToRgb {
  /** Contributions by sample value 0..255; a channel is their sum, clamped to 0..255. */
  readonly luma: Int32Array;
  readonly redOfV: Int32Array;
  readonly greenOfU: Int32Array;
  readonly greenOfV: Int32Array;
  readonly blueOfU: Int32Array;
}

interface Coefficients {
  readonly luma: number;
  readonly lumaOffset: number;
  readonly redOfV: number;
  readonly greenOfU: number;
  readonly greenOfV: number;
  readonly blueOfU: number;
}

const COEFFICIENTS: Readonly<Record<ColourRange, Coefficients>> = {
  limited: { luma: 9539, lumaOffset: 128, redOfV: 13075, greenOfU: -3209, greenOfV: -6660, blueOfU: 16525 },
  full: { luma: 8192, lumaOffset: 0, redOfV: 11485, greenOfU: -2819, greenOfV: -5850, blueOfU: 14516 },
};

export function yuvToRgb(range: ColourRange): YuvToRgb {
  const k = COEFFICIENTS[range];
  const table = (offset: number, factor: number): Int32Array =>
    Int32Array.from({ length: 256 }, (_, value) => ((value * 8 - offset) * factor) >> 16);
  return {
    luma: table(k.lumaOffset, k.luma),
    redOfV: table(1024, k.redOfV),
    greenOfU: table(1024, k.greenOfU),
    greenOfV: table(1024, k.greenOfV),
    blueOfU: table(1024, k.blueOfU),
  };
}

const HSV_SHIFT = 12;
const HSV_HALF = 1 << (HSV_SHIFT - 1);
const SATURATION_BY_VALUE = divisions(255);
const HUE_BY_SPREAD = divisions(180 / 6);

function divisions(numerator: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, i) =>
    i === 0 ? 0 : Math.round((numerator * (1 << HSV_SHIFT)) / i),
  );
}

/** Hue (0..179), saturation and value (0..255) of a colour, packed as h | s << 8 | v << 16. */
export function packHsv(red: number, green: number, blue: number): number {
  const value = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
  const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
  const spread = value - least;
  if (spread === 0) return value << 16;
  const saturation = (spread * (SATURATION_BY_VALUE[value] as number) + HSV_HALF) >> HSV_SHIFT;
  const sextant =
    value === red ? green - blue : value === green ? blue - red + 2 * spread : red - green + 4 * spread;
  const hue = (sextant * (HUE_BY_SPREAD[spread] as number) + HSV_HALF) >> HSV_SHIFT;
  return (hue < 0 ? hue + 180 : hue) | (saturation << 8) | (value << 16);
}
