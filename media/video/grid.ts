/**
 * The sampling grid of the shot detector: which source pixels a frame reduced to 256 pixels is made of.
 *
 * The reference reduces frames with a linear resize that does not average areas: each reduced pixel is a mix of at
 * most 2 x 2 source pixels, the taps. Only the taps are read from a frame, so the grid is exact and cheap.
 */
export interface AxisTaps {
  /** First tap of each reduced pixel, in source pixels. */
  readonly first: Int32Array;
  /** Second tap; equals the first where that has all the weight. */
  readonly second: Int32Array;
  /** Weight of the second tap, 0..2048; the first one has the rest. */
  readonly weight: Int32Array;
}

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly x: AxisTaps;
  readonly y: AxisTaps;
  /**
   * point: a nearest-neighbour scale picks exactly the (single) taps. gather: two taps an axis, picked by a map;
   * the sampled frame is then twice as wide and high as the grid.
   */
  readonly sampling: 'point' | 'gather';
}

/** The longer side is reduced to this many pixels; smaller frames stay as they are. */
const LONGER_SIDE_PX = 256;
const WEIGHT_ONE = 2048;

/** The grid of a frame of `width` x `height` pixels. */
export function gridOf(width: number, height: number): Grid {
  const factor = Math.max(1, Math.max(width, height) / LONGER_SIDE_PX);
  const gridWidth = Math.max(1, roundHalfEven(width / factor));
  const gridHeight = Math.max(1, roundHalfEven(height / factor));
  const x = tapsOf(width, gridWidth);
  const y = tapsOf(height, gridHeight);
  const exact = isNearest(x, width, gridWidth) && isNearest(y, height, gridHeight);
  return { width: gridWidth, height: gridHeight, x, y, sampling: exact ? 'point' : 'gather' };
}

/** Size in pixels of the frames that the measuring child is fed. */
export function sampledSize(grid: Grid): { readonly width: number; readonly height: number } {
  const taps = grid.sampling === 'point' ? 1 : 2;
  return { width: grid.width * taps, height: grid.height * taps };
}

function tapsOf(source: number, reduced: number): AxisTaps {
  const first = new Int32Array(reduced);
  const second = new Int32Array(reduced);
  const weight = new Int32Array(reduced);
  const scale = source / reduced;
  for (let i = 0; i < reduced; i++) {
    const at = (i + 0.5) * scale - 0.5;
    const floor = Math.max(0, Math.floor(at));
    const inside = at >= 0 && floor < source - 1;
    first[i] = Math.min(floor, source - 1);
    weight[i] = inside ? roundHalfEven((at - floor) * WEIGHT_ONE) : 0;
    second[i] = weight[i] === 0 ? (first[i] as number) : floor + 1;
  }
  return { first, second, weight };
}

/** Whether ffmpeg's nearest-neighbour scale of luma and of half-size chroma reads exactly these taps. */
function isNearest(taps: AxisTaps, source: number, reduced: number): boolean {
  const step = fixedStep(source, reduced);
  const chromaSource = (source + 1) >> 1;
  const chromaStep = fixedStep(chromaSource, reduced);
  return taps.first.every((tap, i) => {
    const nearest = Math.floor((i * step + (step >> 1)) / 65536);
    const chroma = Math.floor((i * chromaStep + (chromaStep >> 1)) / 65536);
    return taps.weight[i] === 0 && nearest === tap && Math.min(chroma, chromaSource - 1) === tap >> 1;
  });
}

/** Source pixels a reduced pixel, 16.16 fixed point, as libswscale rounds it. */
function fixedStep(source: number, reduced: number): number {
  return Math.floor((source * 65536 + (reduced >> 1)) / reduced);
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
