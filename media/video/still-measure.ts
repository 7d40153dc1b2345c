/** What is measured of a still image: sharpness, main colours, a hash that survives scaling and compression. */
import { colourHistogram } from './colour-histogram.ts';

export interface StillMeasures {
  /** Variance of the 4-neighbour Laplacian of luma: low for blurred pictures. */
  readonly sharpness: number;
  readonly lumaMean: number;
  readonly dominant: readonly { readonly hex: string; readonly share: number }[];
  /** Difference hash: 8 rows of 8 comparisons of neighbours, 16 hexadecimal digits. */
  readonly dhash: string;
  /** Shares of colours, for comparison with other stills. */
  readonly colours: Float64Array;
}

const MOST_COLOURS = 5;
/** Colours closer than this in every channel count as one. */
const COLOUR_STEP = 32;

/** `rgb` holds 3 bytes a pixel, row by row. */
export function measureStill(rgb: Uint8Array, width: number, height: number): StillMeasures {
  const luma = lumaOf(rgb, width * height);
  return {
    sharpness: laplacianVariance(luma, width, height),
    lumaMean: luma.reduce((sum, value) => sum + value, 0) / Math.max(1, luma.length),
    dominant: dominantColours(rgb, width * height),
    dhash: differenceHash(luma, width, height),
    colours: colourHistogram(rgb, width * height),
  };
}

function lumaOf(rgb: Uint8Array, pixels: number): Float32Array {
  const luma = new Float32Array(pixels);
  for (let i = 0, at = 0; i < pixels; i++, at += 3) {
    luma[i] = 0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number);
  }
  return luma;
}

function laplacianVariance(luma: Float32Array, width: number, height: number): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const around =
        (luma[at - 1] as number) +
        (luma[at + 1] as number) +
        (luma[at - width] as number) +
        (luma[at + width] as number);
      const value = around - 4 * (luma[at] as number);
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** The fullest cells of a cube of colours, each with the mean of its pixels. */
function dominantColours(rgb: Uint8Array, pixels: number): StillMeasures['dominant'] {
  const side = 256 / COLOUR_STEP;
  const cells = new Float64Array(side ** 3 * 4);
  for (let i = 0, at = 0; i < pixels; i++, at += 3) {
    const [r, g, b] = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number];
    const cell =
      4 * (((r / COLOUR_STEP) | 0) * side * side + ((g / COLOUR_STEP) | 0) * side + ((b / COLOUR_STEP) | 0));
    cells[cell] = (cells[cell] as number) + 1;
    cells[cell + 1] = (cells[cell + 1] as number) + r;
    cells[cell + 2] = (cells[cell + 2] as number) + g;
    cells[cell + 3] = (cells[cell + 3] as number) + b;
  }
  const counts = Array.from({ length: side ** 3 }, (_, cell) => ({
    cell: 4 * cell,
    count: cells[4 * cell] as number,
  }));
  const fullest = counts.filter((one) => one.count > 0).sort((a, b) => b.count - a.count || a.cell - b.cell);
  return fullest.slice(0, MOST_COLOURS).map(({ cell, count }) => {
    const channel = (index: number): string =>
      Math.round((cells[cell + index] as number) / count)
        .toString(16)
        .padStart(2, '0');
    return {
      hex: `#${channel(1)}${channel(2)}${channel(3)}`,
      share: Math.round((count / pixels) * 1e4) / 1e4,
    };
  });
}

function differenceHash(luma: Float32Array, width: number, height: number): string {
  let hash = 0n;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const darker = meanOf(luma, width, height, x, y) < meanOf(luma, width, height, x + 1, y);
      hash = (hash << 1n) | (darker ? 1n : 0n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

/** Mean luma of one cell of a grid of 9 x 8. */
function meanOf(luma: Float32Array, width: number, height: number, column: number, row: number): number {
  const edge = (index: number, parts: number, size: number): number => Math.floor((index * size) / parts);
  const [left, top] = [edge(column, 9, width), edge(row, 8, height)];
  const [right, bottom] = [
    Math.max(left + 1, edge(column + 1, 9, width)),
    Math.max(top + 1, edge(row + 1, 8, height)),
  ];
  let [sum, count] = [0, 0];
  for (let y = top; y < Math.min(bottom, height); y++) {
    for (let x = left; x < Math.min(right, width); x++, count++) sum += luma[y * width + x] as number;
  }
  return count === 0 ? 0 : sum / count;
}
