/**
 * Pillow's own way to make a small grey picture: `convert("L")` and `resize(..., LANCZOS)` of Resample.c, bit for bit,
 * with its fixed-point weights and its rounding after each of the two passes. Hashes that others made with ImageHash
 * can then be compared with ours.
 */
const SUPPORT = 3;
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

interface Weights {
  /** First source pixel of each target pixel. */
  readonly from: Int32Array;
  readonly count: Int32Array;
  /** `most` to a target pixel. */
  readonly values: Float64Array;
  readonly most: number;
}

/** ITU-R 601-2 luma, as Pillow's L24. */
export function greyOfRgb(rgb: Uint8Array, stride: number): Uint8Array {
  const grey = new Uint8Array(Math.floor(rgb.length / stride));
  for (let index = 0, at = 0; index < grey.length; index++, at += stride) {
    const r = rgb[at] as number;
    const g = rgb[at + 1] as number;
    const b = rgb[at + 2] as number;
    grey[index] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  }
  return grey;
}

export interface Grey {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function resizeLanczos(source: Grey, width: number, height: number): Grey {
  const across = source.width === width ? source : resizeWidth(source, width);
  return across.height === height ? across : resizeHeight(across, height);
}

function resizeWidth({ pixels, width: from, height }: Grey, width: number): Grey {
  const weights = weightsOf(from, width);
  const target = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = y * from + (weights.from[x] as number);
      target[y * width + x] = weighted(pixels, start, 1, weights, x);
    }
  }
  return { pixels: target, width, height };
}

function resizeHeight({ pixels, width, height: from }: Grey, height: number): Grey {
  const weights = weightsOf(from, height);
  const target = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = (weights.from[y] as number) * width + x;
      target[y * width + x] = weighted(pixels, start, width, weights, y);
    }
  }
  return { pixels: target, width, height };
}

function weighted(pixels: Uint8Array, start: number, step: number, weights: Weights, index: number): number {
  const { values, most, count } = weights;
  let sum = HALF;
  const base = index * most;
  for (let k = 0, at = start; k < (count[index] as number); k++, at += step) {
    sum += (pixels[at] as number) * (values[base + k] as number);
  }
  // The sum fits 32 bits in the original: weights add up to 2^22 and pixels stay below 2^8, with room for overshoot.
  return Math.max(0, Math.min(255, Math.floor(sum / (1 << PRECISION_BITS))));
}

function weightsOf(from: number, to: number): Weights {
  const scale = from / to;
  const filterScale = Math.max(1, scale);
  const support = SUPPORT * filterScale;
  const most = Math.ceil(support) * 2 + 1;
  const weights = {
    from: new Int32Array(to),
    count: new Int32Array(to),
    values: new Float64Array(to * most),
    most,
  };
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const own = weights.values.subarray(target * most, target * most + count);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const weight = lanczos((k + first - centre + 0.5) * (1 / filterScale));
      own[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < count; k++) {
      const share = sum === 0 ? (own[k] as number) : (own[k] as number) / sum;
      own[k] = Math.trunc(share * (1 << PRECISION_BITS) + (share < 0 ? -0.5 : 0.5));
    }
    weights.from[target] = first;
    weights.count[target] = count;
  }
  return weights;
}

function lanczos(x: number): number {
  return -SUPPORT <= x && x < SUPPORT ? sinc(x) * sinc(x / SUPPORT) : 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}
