/**
 * Main colours: k-means with k = 5 in CIE Lab (D65) over a small picture in sRGB. It begins with the mean and then
 * with whatever is farthest from all before it, so the same picture always gives the same colours.
 */
import { byteOfLight } from './srgb.ts';

const MOST_COLOURS = 5;
const ROUNDS = 12;
/** A colour with less of the picture than this is none of its main colours. */
const LEAST_SHARE = 0.002;

export interface MainColour {
  readonly hex: string;
  readonly share: number;
}

type Lab = readonly [number, number, number];

/**
 * `rgba`: 4 bytes a pixel; what is more transparent than half does not count. The numbers lie in flat arrays: this runs
 * once in a process, before its code is optimised.
 */
export function mainColours(rgba: Uint8Array): readonly MainColour[] {
  const points = labsOf(rgba);
  const count = points.length / 3;
  if (count === 0) return [];
  const members = new Uint8Array(count);
  let centres = firstCentres(points, members);
  assign(points, centres, members);
  for (let round = 0; round < ROUNDS; round++) {
    centres = means(points, members, centres);
    if (!assign(points, centres, members)) break;
  }
  const counts = Array.from({ length: centres.length / 3 }, () => 0);
  for (const own of members) counts[own] = (counts[own] as number) + 1;
  return counts
    .map((own, index) => ({ hex: toHex(labAt(centres, index)), share: own / count }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .toSorted((one, other) => other.share - one.share)
    .map(({ hex, share }) => ({ hex, share: Number(share.toFixed(4)) }));
}

function labsOf(rgba: Uint8Array): Float64Array {
  const points = new Float64Array((rgba.length / 4) * 3);
  let filled = 0;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    if ((rgba[at + 3] as number) < 128) continue;
    toLab(points, filled, rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number);
    filled += 3;
  }
  return points.subarray(0, filled);
}

/** `ofOne` says that all are members of the first cluster. */
function firstCentres(points: Float64Array, ofOne: Uint8Array): Float64Array {
  const centres = new Float64Array(MOST_COLOURS * 3);
  centres.set(means(points, ofOne, new Float64Array(3)));
  const nearest = new Float64Array(ofOne.length).fill(Number.POSITIVE_INFINITY);
  for (let chosen = 1; ; chosen++) {
    const farthest = farthestFrom(points, centres, (chosen - 1) * 3, nearest);
    if (chosen === MOST_COLOURS || (nearest[farthest] as number) < 1) return centres.subarray(0, chosen * 3);
    centres.set(points.subarray(farthest * 3, farthest * 3 + 3), chosen * 3);
  }
}

/** Which point is farthest from this centre and all before it; `nearest` holds the distances to those. */
function farthestFrom(
  points: Float64Array,
  centres: Float64Array,
  at: number,
  nearest: Float64Array,
): number {
  let farthest = 0;
  for (let index = 0; index < nearest.length; index++) {
    const distance = distanceBetween(points, index * 3, centres, at);
    if (distance < (nearest[index] as number)) nearest[index] = distance;
    if ((nearest[index] as number) > (nearest[farthest] as number)) farthest = index;
  }
  return farthest;
}

/** Gives each point to its nearest centre; true where one changed hands. */
function assign(points: Float64Array, centres: Float64Array, members: Uint8Array): boolean {
  let moved = false;
  for (let index = 0; index < members.length; index++) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let centre = 0; centre < centres.length; centre += 3) {
      const distance = distanceBetween(points, index * 3, centres, centre);
      if (distance >= least) continue;
      least = distance;
      best = centre / 3;
    }
    if (members[index] !== best) moved = true;
    members[index] = best;
  }
  return moved;
}

/** A cluster without members stays where it was. */
function means(points: Float64Array, members: Uint8Array, centres: Float64Array): Float64Array {
  const sums = new Float64Array(centres.length);
  const counts = new Uint32Array(centres.length / 3);
  for (let index = 0; index < members.length; index++) {
    const own = members[index] as number;
    counts[own] = (counts[own] as number) + 1;
    for (let axis = 0; axis < 3; axis++) {
      sums[own * 3 + axis] = (sums[own * 3 + axis] as number) + (points[index * 3 + axis] as number);
    }
  }
  return sums.map((sum, at) => {
    const count = counts[Math.floor(at / 3)] as number;
    return count === 0 ? (centres[at] as number) : sum / count;
  });
}

function labAt(values: Float64Array, index: number): Lab {
  const at = index * 3;
  return [values[at] as number, values[at + 1] as number, values[at + 2] as number];
}

/** Squared. */
function distanceBetween(points: Float64Array, at: number, centres: Float64Array, to: number): number {
  const l = (points[at] as number) - (centres[to] as number);
  const a = (points[at + 1] as number) - (centres[to + 1] as number);
  const b = (points[at + 2] as number) - (centres[to + 2] as number);
  return l * l + a * a + b * b;
}

const WHITE = [0.95047, 1, 1.08883] as const;

const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const v = byte / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

function toLab(points: Float64Array, at: number, r: number, g: number, b: number): void {
  const red = LINEAR[r] as number;
  const green = LINEAR[g] as number;
  const blue = LINEAR[b] as number;
  const x = lightnessOf((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / WHITE[0]);
  const y = lightnessOf((0.2126729 * red + 0.7151522 * green + 0.072175 * blue) / WHITE[1]);
  const z = lightnessOf((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / WHITE[2]);
  points[at] = 116 * y - 16;
  points[at + 1] = 500 * (x - y);
  points[at + 2] = 200 * (y - z);
}

function lightnessOf(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (t * (24389 / 27) + 16) / 116;
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
  const bytes = linear.map((light) => Math.max(0, Math.min(255, Math.round(byteOfLight(light)))));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
