/**
 * Which colours a picture has, as shares of 152 bins: 8 of grey by value, and 12 hues by 3 saturations by 4 values.
 *
 * A pixel of low saturation or value is grey: its hue is noise. In hue and in value, a pixel counts for the two bins
 * whose middles are next to it, each by how near it is: otherwise a colour near the edge of a bin would jump by a whole
 * bin when the light changes a little.
 */
import { packHsv } from './colour.ts';

const [GREYS, HUES, SATURATIONS, VALUES] = [8, 12, 3, 4];
const BINS = GREYS + HUES * SATURATIONS * VALUES;
/** Of 255. */
const [LEAST_SATURATION, LEAST_VALUE] = [40, 32];
/** OpenCV's 8-bit hue has so many steps. */
const HUE_STEPS = 180;

/** `rgb` holds 3 bytes a pixel. The shares sum to 1. */
export function colourHistogram(rgb: Uint8Array, pixels: number): Float64Array {
  const shares = new Float64Array(BINS);
  const add = (bin: number, weight: number): void => {
    shares[bin] = (shares[bin] as number) + weight / pixels;
  };
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += 3) {
    const hsv = packHsv(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);
    const [hue, saturation, value] = [hsv & 255, (hsv >> 8) & 255, hsv >> 16];
    if (saturation < LEAST_SATURATION || value < LEAST_VALUE) addGrey(add, value);
    else addColour(add, hue, saturation, value);
  }
  return shares;
}

/** Sum of the smaller shares: 1 for the same colours, 0 for none in common. */
export function intersection(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, share, bin) => sum + Math.min(share, b[bin] ?? 0), 0);
}

type Add = (bin: number, weight: number) => void;

function addGrey(add: Add, value: number): void {
  const place = onScale(value, 256, GREYS);
  add(place.low, 1 - place.upper);
  add(place.high, place.upper);
}

function addColour(add: Add, hue: number, saturation: number, value: number): void {
  const range = 256 - LEAST_SATURATION;
  const saturationBin = Math.floor(((saturation - LEAST_SATURATION) * SATURATIONS) / range);
  const [around, bright] = [onCircle(hue), onScale(value, 256, VALUES)];
  const row = (hueBin: number): number => GREYS + (hueBin * SATURATIONS + saturationBin) * VALUES;
  add(row(around.low) + bright.low, (1 - around.upper) * (1 - bright.upper));
  add(row(around.low) + bright.high, (1 - around.upper) * bright.upper);
  add(row(around.high) + bright.low, around.upper * (1 - bright.upper));
  add(row(around.high) + bright.high, around.upper * bright.upper);
}

/** The two bins next to a place, and the weight of the upper one. */
interface Place {
  readonly low: number;
  readonly high: number;
  readonly upper: number;
}

function onScale(value: number, steps: number, bins: number): Place {
  const place = ((value + 0.5) * bins) / steps - 0.5;
  const low = Math.floor(place);
  return { low: Math.max(0, low), high: Math.min(bins - 1, low + 1), upper: place - low };
}

function onCircle(hue: number): Place {
  const place = ((hue + 0.5) * HUES) / HUE_STEPS - 0.5;
  const low = Math.floor(place);
  return { low: (low + HUES) % HUES, high: (low + 1) % HUES, upper: place - low };
}
