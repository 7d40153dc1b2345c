/** The smallest rectangle, at whatever angle, around a set of points. */
import type { Rectangle } from '../requests.ts';

export type Point = readonly [x: number, y: number];

export interface Box {
  readonly centre: Point;
  /** Along the longer side, from left to right (or downwards, where it stands upright). */
  readonly along: Point;
  readonly length: number;
  readonly breadth: number;
}

/** Null for points that span no area. */
export function smallestBox(points: readonly Point[]): Box | null {
  const hull = convexHull(points);
  if (hull.length < 3) return null;
  let best: Box | null = null;
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length] as Point;
    const edge = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (edge === 0) continue;
    const box = boxAlong(hull, [(to[0] - from[0]) / edge, (to[1] - from[1]) / edge]);
    if (best === null || box.length * box.breadth < best.length * best.breadth) best = box;
  }
  return best && upright(best);
}

function boxAlong(hull: readonly Point[], along: Point): Box {
  const across: Point = [-along[1], along[0]];
  const [low, high] = extent(hull, along);
  const [near, far] = extent(hull, across);
  const [middle, depth] = [(low + high) / 2, (near + far) / 2];
  return {
    centre: [along[0] * middle + across[0] * depth, along[1] * middle + across[1] * depth],
    along,
    length: high - low,
    breadth: far - near,
  };
}

function extent(points: readonly Point[], [x, y]: Point): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of points) {
    const at = point[0] * x + point[1] * y;
    least = Math.min(least, at);
    most = Math.max(most, at);
  }
  return [least, most];
}

/** The same rectangle, its longer side named first; one that is nearly a square lies level. */
function upright(box: Box): Box {
  const turned: Box = {
    ...box,
    along: [-box.along[1], box.along[0]],
    length: box.breadth,
    breadth: box.length,
  };
  const level = Math.abs(box.along[0]) >= Math.abs(box.along[1]) ? box : turned;
  const standing = level === box ? turned : box;
  const chosen = standing.length > level.length * STANDING ? standing : level;
  const [x, y] = chosen.along;
  // Level text is read to the right, standing text downwards.
  const forward = chosen === level ? x >= 0 : y >= 0;
  return forward ? chosen : { ...chosen, along: [-x, -y] };
}

/** A line of text is that much longer than it is high before it is taken to stand. */
const STANDING = 1.5;

/** Pushes every side out. */
export function grown(box: Box, by: number): Box {
  return { ...box, length: box.length + 2 * by, breadth: box.breadth + 2 * by };
}

/** Corners in reading order: top left, top right, bottom right, bottom left. */
export function cornersOf({ centre, along: [x, y], length, breadth }: Box): Rectangle {
  const [ax, ay] = [(x * length) / 2, (y * length) / 2];
  const [bx, by] = [(-y * breadth) / 2, (x * breadth) / 2];
  const [cx, cy] = centre;
  return [
    ...[cx - ax - bx, cy - ay - by, cx + ax - bx, cy + ay - by],
    ...[cx + ax + bx, cy + ay + by, cx - ax + bx, cy - ay + by],
  ] as unknown as Rectangle;
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
