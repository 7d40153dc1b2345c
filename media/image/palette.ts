/**
 * Main colours: k-means with k = 5 in CIE Lab (D65) over a small picture in sRGB. It begins with the mean and then
 * with whatever is farthest from all before it, so the same picture always gives the same colours.
 */
const MOST_COLOURS = 5;
const ROUNDS = 12;
/** A colour with less of the picture than this is none of its main colours. */
const LEAST_SHARE = 0.002;

export interface MainColour {
  readonly hex: string;
  readonly share: number;
}

type Lab = readonly [number, number, number];

/** `rgba`: 4 bytes a pixel; what is more transparent than half does not count. */
export function mainColours(rgba: Uint8Array): readonly MainColour[] {
  const points: Lab[] = [];
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    if ((rgba[at + 3] as number) >= 128) {
      points.push(toLab(rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number));
    }
  }
  if (points.length === 0) return [];
  let centres = firstCentres(points);
  let members = nearestOf(points, centres);
  for (let round = 0; round < ROUNDS; round++) {
    centres = centres.map((centre, index) => meanOf(points, members, index) ?? centre);
    const next = nearestOf(points, centres);
    if (next.every((own, index) => own === members[index])) break;
    members = next;
  }
  const counts = centres.map((_, index) => members.reduce((sum, own) => sum + (own === index ? 1 : 0), 0));
  return centres
    .map((centre, index) => ({ hex: toHex(centre), share: (counts[index] as number) / points.length }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .toSorted((a, b) => b.share - a.share)
    .map(({ hex, share }) => ({ hex, share: Number(share.toFixed(4)) }));
}

function firstCentres(points: readonly Lab[]): readonly Lab[] {
  const all = points.map(() => 0);
  const centres: Lab[] = [meanOf(points, all, 0) as Lab];
  const distances = points.map((point) => distance(point, centres[0] as Lab));
  while (centres.length < MOST_COLOURS) {
    let farthest = 0;
    for (let index = 1; index < distances.length; index++) {
      if ((distances[index] as number) > (distances[farthest] as number)) farthest = index;
    }
    if ((distances[farthest] as number) < 1) break;
    const centre = points[farthest] as Lab;
    centres.push(centre);
    points.forEach((point, index) => {
      distances[index] = Math.min(distances[index] as number, distance(point, centre));
    });
  }
  return centres;
}

function nearestOf(points: readonly Lab[], centres: readonly Lab[]): readonly number[] {
  return points.map((point) => {
    let best = 0;
    for (let index = 1; index < centres.length; index++) {
      if (distance(point, centres[index] as Lab) < distance(point, centres[best] as Lab)) best = index;
    }
    return best;
  });
}

function meanOf(points: readonly Lab[], members: readonly number[], of: number): Lab | null {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  members.forEach((own, index) => {
    if (own !== of) return;
    const point = points[index] as Lab;
    for (const axis of [0, 1, 2] as const) sum[axis] += point[axis];
    count += 1;
  });
  return count === 0 ? null : [sum[0] / count, sum[1] / count, sum[2] / count];
}

function distance(a: Lab, b: Lab): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

const WHITE = [0.95047, 1, 1.08883] as const;

function toLab(r: number, g: number, b: number): Lab {
  const linear = [r, g, b].map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as unknown as Lab;
  const x = 0.4124564 * linear[0] + 0.3575761 * linear[1] + 0.1804375 * linear[2];
  const y = 0.2126729 * linear[0] + 0.7151522 * linear[1] + 0.072175 * linear[2];
  const z = 0.0193339 * linear[0] + 0.119192 * linear[1] + 0.9503041 * linear[2];
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116);
  const [fx, fy, fz] = [f(x / WHITE[0]), f(y / WHITE[1]), f(z / WHITE[2])];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function toHex([lightness, a, b]: Lab): string {
  const fy = (lightness + 16) / 116;
  const inverse = (f: number): number => (f ** 3 > 216 / 24389 ? f ** 3 : (116 * f - 16) * (27 / 24389));
  const x = WHITE[0] * inverse(fy + a / 500);
  const y = WHITE[1] * inverse(fy);
  const z = WHITE[2] * inverse(fy - b / 200);
  const linear = [
    3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
    -0.969266 * x + 1.8760108 * y + 0.041556 * z,
    0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
  ];
  const bytes = linear.map((value) => {
    const v = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
    return Math.max(0, Math.min(255, Math.round(v * 255)));
  });
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
