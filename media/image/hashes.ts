/**
 * Hashes that survive scaling and compression, by the definitions of the ImageHash library: 64 bits as 16 hexadecimal
 * digits, row by row.
 */
import { type Grey, resizeLanczos } from './pillow-resize.ts';

const SIDE = 8;
const COSINE_SIDE = 32;

/** `dhash`: is a pixel brighter than the one to its left, on 9 x 8. */
export function differenceHash(grey: Grey): string {
  const { pixels } = resizeLanczos(grey, SIDE + 1, SIDE);
  return hexOf((row, column) => {
    const at = row * (SIDE + 1) + column;
    return (pixels[at + 1] as number) > (pixels[at] as number);
  });
}

/** The small picture that `phash` looks at. */
export function cosineBase(grey: Grey): Grey {
  return resizeLanczos(grey, COSINE_SIDE, COSINE_SIDE);
}

/** `phash`: are the 8 x 8 lowest frequencies of a cosine transform of 32 x 32 above their median. */
export function perceptualHash({ pixels }: Grey): string {
  const low = lowFrequencies(pixels);
  const sorted = low.toSorted((a, b) => a - b);
  const half = (SIDE * SIDE) / 2;
  const median = ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
  return hexOf((row, column) => (low[row * SIDE + column] as number) > median);
}

/** DCT-II along the columns, then along the rows; unscaled, as SciPy's. Values of rounding alone count as zero. */
function lowFrequencies(pixels: Uint8Array): readonly number[] {
  const cosine = (frequency: number, place: number): number =>
    2 * Math.cos((Math.PI * frequency * (2 * place + 1)) / (2 * COSINE_SIDE));
  const basis = Array.from({ length: SIDE }, (_, frequency) =>
    Array.from({ length: COSINE_SIDE }, (__, place) => cosine(frequency, place)),
  );
  const columns = basis.map((wave) =>
    Array.from({ length: COSINE_SIDE }, (_, x) =>
      wave.reduce((sum, weight, y) => sum + weight * (pixels[y * COSINE_SIDE + x] as number), 0),
    ),
  );
  return columns.flatMap((column) =>
    basis.map((wave) => wave.reduce((sum, weight, x) => sum + weight * (column[x] as number), 0)),
  );
}

function hexOf(bit: (row: number, column: number) => boolean): string {
  let hash = 0n;
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) hash = (hash << 1n) | (bit(row, column) ? 1n : 0n);
  }
  return hash.toString(16).padStart(16, '0');
}
