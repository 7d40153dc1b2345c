/** Whether a picture is too dark or too bright, by where its luma lies. */
import type { ImageSection } from './result.ts';

type Stats = NonNullable<ImageSection['stats']>;

/** All of 255, and shares of the pixels. */
export const EXPOSURE = {
  darkMean: 40,
  darkP95: 128,
  brightMean: 200,
  brightP5: 110,
  clipped: 0.02,
  contrastClipped: 0.05,
  flatStd: 4,
} as const;

const RULE =
  `underexposed: mean luma below ${EXPOSURE.darkMean} and 95 % of the pixels below ${EXPOSURE.darkP95}; ` +
  `overexposed: mean luma above ${EXPOSURE.brightMean}, 95 % of the pixels above ${EXPOSURE.brightP5} and more than ${EXPOSURE.clipped} clipped; ` +
  `high_contrast: more than ${EXPOSURE.contrastClipped} clipped at both ends; flat: standard deviation below ${EXPOSURE.flatStd}`;

export function exposureOf({
  luma,
  clipped_low,
  clipped_high,
}: Stats): NonNullable<ImageSection['exposure']> {
  const verdict = () => {
    if (luma.mean < EXPOSURE.darkMean && luma.p95 < EXPOSURE.darkP95) return 'underexposed';
    const washedOut = luma.mean > EXPOSURE.brightMean && luma.p5 > EXPOSURE.brightP5;
    if (washedOut && clipped_high > EXPOSURE.clipped) return 'overexposed';
    if (luma.std < EXPOSURE.flatStd) return 'flat';
    const both = Math.min(clipped_low, clipped_high);
    return both > EXPOSURE.contrastClipped ? 'high_contrast' : 'normal';
  };
  return { verdict: verdict(), rule: RULE };
}
