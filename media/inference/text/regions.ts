/** Connected regions of a map of probabilities, each as the outermost points of its rows. */
import type { Point } from './rectangle.ts';

export interface Map2 {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** At most so many; text on a page has fewer lines. */
const MOST_REGIONS = 1_000;

/** Regions of neighbouring pixels (diagonals count) above the threshold. */
export function regionsAbove(map: Map2, threshold: number): readonly (readonly Point[])[] {
  const { width, height, values } = map;
  const seen = new Uint8Array(width * height);
  const regions: (readonly Point[])[] = [];
  for (let start = 0; start < values.length; start += 1) {
    if (seen[start] === 1 || !((values[start] as number) > threshold)) continue;
    regions.push(outline(flood(map, seen, start, threshold), width));
    if (regions.length === MOST_REGIONS) break;
  }
  return regions;
}

function flood(
  { width, height, values }: Map2,
  seen: Uint8Array,
  start: number,
  threshold: number,
): number[] {
  const region = [start];
  seen[start] = 1;
  for (let next = 0; next < region.length; next += 1) {
    const at = region[next] as number;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
        const near = row * width + column;
        if (seen[near] === 1 || !((values[near] as number) > threshold)) continue;
        seen[near] = 1;
        region.push(near);
      }
    }
  }
  return region;
}

/** A convex hull needs no more than the first and the last pixel of each row. */
function outline(region: readonly number[], width: number): readonly Point[] {
  const rows = new Map<number, [number, number]>();
  for (const at of region) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const row = rows.get(y);
    if (row === undefined) rows.set(y, [x, x]);
    else if (x < row[0]) row[0] = x;
    else if (x > row[1]) row[1] = x;
  }
  return [...rows].flatMap(([y, [first, last]]): Point[] => [
    [first, y],
    [last, y],
  ]);
}
