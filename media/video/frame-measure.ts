/**
 * What is measured of one frame on the sampling grid: the differences to the frame before that decide on cuts, and
 * luma, saturation and motion for the timeline. Sums of integers only, so that nothing depends on order or chunks.
 *
 * This is the hottest code of the analysis, about 37,000 pixels a frame: hence the flat loops over typed arrays, and
 * the short cut for pixels that did not change.
 */
import { type ColourRange, packHsv, yuvToRgb } from './colour.ts';
import type { Grid } from './grid.ts';

/** Sums over the grid; means are sums divided by its number of pixels. */
export interface FrameSums {
  /** Absolute differences of hue, saturation and value to the frame before; 0 for the first frame. */
  hueChange: number;
  saturationChange: number;
  valueChange: number;
  luma: number;
  lumaMin: number;
  lumaMax: number;
  saturation: number;
  /** Absolute luma differences to the frame before; 0 for the first frame. */
  motion: number;
  /** Hash of the grid, to prove that two chunks saw the same frame at their seam. */
  signature: number;
}

export type MeasureFrame = (sampled: Uint8Array) => FrameSums;

/** A measure for a sequence of frames: planar 4:4:4, of the grid's sampled size. It remembers the frame before. */
export function frameMeasure(grid: Grid, range: ColourRange): MeasureFrame {
  const measure = grid.sampling === 'point' ? pointMeasure(grid, range) : gatherMeasure(grid, range);
  let first = true;
  return (sampled) => {
    const sums = measure(sampled);
    if (!first) return sums;
    first = false;
    return { ...sums, hueChange: 0, saturationChange: 0, valueChange: 0, motion: 0 };
  };
}

function pointMeasure(grid: Grid, range: ColourRange): MeasureFrame {
  const pixels = grid.width * grid.height;
  const { luma, redOfV, greenOfU, greenOfV, blueOfU } = yuvToRgb(range);
  const before = pixelMemory(pixels);
  const yuvBefore = new Int32Array(pixels).fill(-1);
  return (frame) => {
    const sums = emptySums();
    for (let i = 0, u = pixels, v = 2 * pixels; i < pixels; i++, u++, v++) {
      const y = frame[i] as number;
      const cb = frame[u] as number;
      const cr = frame[v] as number;
      const yuv = y | (cb << 8) | (cr << 16);
      addLuma(sums, y, yuv);
      if (yuv === yuvBefore[i]) {
        sums.saturation += before.saturation(i);
        continue;
      }
      sums.motion += Math.abs(y - ((yuvBefore[i] as number) & 255));
      yuvBefore[i] = yuv;
      const light = luma[y] as number;
      const red = clamp(light + (redOfV[cr] as number));
      const green = clamp(light + (greenOfU[cb] as number) + (greenOfV[cr] as number));
      before.replace(sums, i, packHsv(red, green, clamp(light + (blueOfU[cb] as number))));
    }
    return sums;
  };
}

function gatherMeasure(grid: Grid, range: ColourRange): MeasureFrame {
  const { width, height, x: columns, y: rows } = grid;
  const stride = 2 * width;
  const plane = stride * 2 * height;
  const before = pixelMemory(width * height);
  const taps = tapReader(plane, range);
  return (frame) => {
    const sums = emptySums();
    for (let row = 0, pixel = 0; row < height; row++) {
      const below = rows.weight[row] as number;
      for (let column = 0, at = 2 * row * stride; column < width; column++, at += 2, pixel++) {
        const y = frame[at] as number;
        const lumaBefore = taps.lumaBefore(at);
        addLuma(
          sums,
          y,
          y | ((frame[at + plane] as number) << 8) | ((frame[at + 2 * plane] as number) << 16),
        );
        let changed = taps.read(frame, at, 0);
        changed = taps.read(frame, at + 1, 1) || changed;
        changed = taps.read(frame, at + stride, 2) || changed;
        changed = taps.read(frame, at + stride + 1, 3) || changed;
        if (changed) {
          sums.motion += Math.abs(y - lumaBefore);
          before.replace(sums, pixel, taps.mixed(columns.weight[column] as number, below));
        } else {
          sums.saturation += before.saturation(pixel);
        }
      }
    }
    return sums;
  };
}

interface TapReader {
  /** Converts the tap at a position as one of four corners; true if it is not what it was in the frame before. */
  readonly read: (frame: Uint8Array, at: number, corner: number) => boolean;
  readonly lumaBefore: (at: number) => number;
  /** The four corners mixed by the weights of the right and lower ones, as HSV. */
  readonly mixed: (right: number, below: number) => number;
}

function tapReader(plane: number, range: ColourRange): TapReader {
  const { luma, redOfV, greenOfU, greenOfV, blueOfU } = yuvToRgb(range);
  const tapsBefore = new Int32Array(plane).fill(-1);
  const reds = new Int32Array(4);
  const greens = new Int32Array(4);
  const blues = new Int32Array(4);
  return {
    lumaBefore: (at) => (tapsBefore[at] as number) & 255,
    mixed: (right, below) =>
      packHsv(mix(reds, right, below), mix(greens, right, below), mix(blues, right, below)),
    read(frame, at, corner) {
      const y = frame[at] as number;
      const cb = frame[at + plane] as number;
      const cr = frame[at + 2 * plane] as number;
      const yuv = y | (cb << 8) | (cr << 16);
      const light = luma[y] as number;
      reds[corner] = clamp(light + (redOfV[cr] as number));
      greens[corner] = clamp(light + (greenOfU[cb] as number) + (greenOfV[cr] as number));
      blues[corner] = clamp(light + (blueOfU[cb] as number));
      const changed = yuv !== tapsBefore[at];
      tapsBefore[at] = yuv;
      return changed;
    },
  };
}

/** Rounds like OpenCV's 8-bit linear resize: horizontal weights of 2^11, then vertical ones, each sum cut to 16 bits. */
function mix(taps: Int32Array, right: number, below: number): number {
  const upper = ((taps[0] as number) * (2048 - right) + (taps[1] as number) * right) >> 4;
  const lower = ((taps[2] as number) * (2048 - right) + (taps[3] as number) * right) >> 4;
  return ((((2048 - below) * upper) >> 16) + ((below * lower) >> 16) + 2) >> 2;
}

interface PixelMemory {
  readonly saturation: (pixel: number) => number;
  /** Adds what changed to the sums and remembers the new colour. */
  readonly replace: (sums: FrameSums, pixel: number, hsv: number) => void;
}

function pixelMemory(pixels: number): PixelMemory {
  const memory = new Int32Array(pixels);
  return {
    saturation: (pixel) => ((memory[pixel] as number) >> 8) & 255,
    replace: (sums, pixel, hsv) => {
      const old = memory[pixel] as number;
      memory[pixel] = hsv;
      sums.saturation += (hsv >> 8) & 255;
      sums.hueChange += Math.abs((hsv & 255) - (old & 255));
      sums.saturationChange += Math.abs(((hsv >> 8) & 255) - ((old >> 8) & 255));
      sums.valueChange += Math.abs((hsv >> 16) - (old >> 16));
    },
  };
}

function addLuma(sums: FrameSums, y: number, yuv: number): void {
  sums.luma += y;
  if (y < sums.lumaMin) sums.lumaMin = y;
  if (y > sums.lumaMax) sums.lumaMax = y;
  sums.signature = (Math.imul(sums.signature, 31) + yuv) | 0;
}

function emptySums(): FrameSums {
  return {
    hueChange: 0,
    saturationChange: 0,
    valueChange: 0,
    luma: 0,
    lumaMin: 255,
    lumaMax: 0,
    saturation: 0,
    motion: 0,
    signature: 17,
  };
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
