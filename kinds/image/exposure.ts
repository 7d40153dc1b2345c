/** Whether a picture is too dark or too bright, by where its luma lies. */
import type { ImageSection } from './result.ts';

type Stats = NonNullable<ImageSection['stats']>;

/** All of 255, and shares of the pixels. */
export const EXPOSURE = {
  darkMean: 40,
  darkP95: 128,
  brightMean: 200,
  brightP5: 110,
  paperShare: 0.9,
  inkShare: 0.0003,
  inkSharpness: 500,
  clipped: 0.02,
  contrastClipped: 0.05,
  flatStd: 4,
} as const;

/** Of the 32 bins of the histogram: those of paper begin at 240, and ink ends below 96. */
const [PAPER_FROM, INK_TO] = [30, 12];

const RULE =
  `underexposed: mean luma below ${EXPOSURE.darkMean} and 95 % of the pixels below ${EXPOSURE.darkP95}; ` +
  `overexposed: mean luma above ${EXPOSURE.brightMean}, 95 % of the pixels above ${EXPOSURE.brightP5} and more than ${EXPOSURE.clipped} clipped, ` +
  `unless ${EXPOSURE.paperShare} of the pixels are above 239, as of paper, and on them stands what is dark (${EXPOSURE.inkShare} below 96) or sharp (a Laplacian variance of ${EXPOSURE.inkSharpness} or more); ` +
  `high_contrast: more than ${EXPOSURE.contrastClipped} clipped at both ends; flat: standard deviation below ${EXPOSURE.flatStd}`;

export function exposureOf(stats: Stats): NonNullable<ImageSection['exposure']> {
  const { luma, clipped_low, clipped_high } = stats;
  const verdict = () => {
    if (luma.mean < EXPOSURE.darkMean && luma.p95 < EXPOSURE.darkP95) return 'underexposed';
    // A page without a word is white, and no photograph that went wrong.
    if (luma.std < EXPOSURE.flatStd) return 'flat';
    const washedOut = luma.mean > EXPOSURE.brightMean && luma.p5 > EXPOSURE.brightP5;
    if (washedOut && clipped_high > EXPOSURE.clipped && !isInkOnPaper(stats)) return 'overexposed';
    const both = Math.min(clipped_low, clipped_high);
    return both > EXPOSURE.contrastClipped ? 'high_contrast' : 'normal';
  };
  return { verdict: verdict(), rule: RULE };
}

/** A scanned page, a chart, a screenshot: white is what its ground is. */
function isInkOnPaper({ histogram, sharpness }: Stats): boolean {
  const pixels = sumOf(histogram.counts);
  const share = (from: number, to: number): number => sumOf(histogram.counts.slice(from, to)) / pixels;
  if (share(PAPER_FROM, histogram.bins) < EXPOSURE.paperShare) return false;
  const sharpest = sharpness.sharpest_tile_laplacian_var ?? sharpness.laplacian_var;
  return share(0, INK_TO) >= EXPOSURE.inkShare || sharpest >= EXPOSURE.inkSharpness;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
