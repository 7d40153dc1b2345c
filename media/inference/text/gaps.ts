/** How much ground shows between the characters of a line, as it was cut out for the recogniser. */

/** Rows that hold the letters, and little of the lines above and below. */
const ROWS = { from: 7, to: 41 } as const;
/** Of the contrast of a character: what differs less from the ground is ground. */
const INK = 0.35;
/** Columns on both sides of a character's middle in which its own contrast shows. */
const NEAR = 12;
const BINS = 64;

export interface CutLine {
  /** Planes of -1 to 1, each `height` rows of `stride`. */
  readonly planes: Float32Array;
  readonly height: number;
  readonly stride: number;
  /** Columns that belong to the line. */
  readonly width: number;
}

/** For each place but the first the longest stretch of ground since the one before it, in columns; 0 for the first. */
export function gapsOf(line: CutLine, places: readonly number[]): readonly number[] {
  const ink = inkOf(line);
  // A line may hold dark words and light ones: each pair of characters is measured by the lighter of the two.
  const contrasts = places.map((place) =>
    Math.max(0, ...ink.subarray(Math.max(0, place - NEAR), place + NEAR)),
  );
  return places.map((place, index) => {
    const before = places[index - 1];
    if (before === undefined) return 0;
    const least = INK * Math.min(contrasts[index - 1] as number, contrasts[index] as number);
    return longestGround(ink, least, before, place);
  });
}

/** For each column how much it differs from the ground, in any of its channels. */
function inkOf(line: CutLine): Float32Array {
  const ink = new Float32Array(line.width);
  const area = line.height * line.stride;
  for (let plane = 0; plane < line.planes.length; plane += area) {
    const ground = groundOf(line, plane);
    for (let row = ROWS.from; row < ROWS.to; row += 1) {
      const start = plane + row * line.stride;
      for (let column = 0; column < line.width; column += 1) {
        const differs = Math.abs((line.planes[start + column] as number) - ground);
        if (differs > (ink[column] as number)) ink[column] = differs;
      }
    }
  }
  return ink;
}

/** What most of the pixels are like. */
function groundOf({ planes, stride, width }: CutLine, plane: number): number {
  const counts = new Uint32Array(BINS);
  for (let row = ROWS.from; row < ROWS.to; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = planes[plane + row * stride + column] as number;
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((value + 1) / 2) * BINS)));
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  const most = counts.indexOf(Math.max(...counts));
  return ((most + 0.5) / BINS) * 2 - 1;
}

function longestGround(ink: Float32Array, least: number, from: number, to: number): number {
  let longest = 0;
  let length = 0;
  for (let column = Math.floor(from); column <= Math.min(Math.ceil(to), ink.length - 1); column += 1) {
    length = (ink[column] as number) < least ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}
