/**
 * A JPEG of YCbCr, rewritten so that its decoder hands out Y, Cb and Cr instead of RGB.
 *
 * Libraries that read a JPEG in grey take its Y as it is stored; grey that is computed from RGB differs from it
 * wherever a channel was clipped. So the JFIF marker, which says YCbCr, goes, and Adobe's marker says "no transform".
 * The conversion to RGB is then done here, by the integer tables of libjpeg: bit for bit what it would have given.
 */
import { segmentsOf } from './jpeg.ts';

const [APP0, APP14] = [0xe0, 0xee];
/** Adobe, version 100, no flags, transform 0. */
const ADOBE_NO_TRANSFORM = Buffer.from('ffee000e41646f626500640000000000', 'hex');

export function withoutTransform(file: Buffer): Buffer {
  const parts: Buffer[] = [file.subarray(0, 2), ADOBE_NO_TRANSFORM];
  let from = 2;
  for (const { marker, at, to } of segmentsOf(file).segments) {
    if (marker !== APP0 && marker !== APP14) continue;
    parts.push(file.subarray(from, at));
    from = to;
  }
  parts.push(file.subarray(from));
  return Buffer.concat(parts);
}

const SCALE = 16;
const HALF = 1 << (SCALE - 1);
const fixed = (value: number): number => Math.floor(value * (1 << SCALE) + 0.5);

/** jdcolor.c, build_ycc_rgb_table. */
const tables = () => {
  const [redOfCr, blueOfCb] = [new Int32Array(256), new Int32Array(256)];
  const [greenOfCr, greenOfCb] = [new Int32Array(256), new Int32Array(256)];
  for (let index = 0; index < 256; index++) {
    const x = index - 128;
    redOfCr[index] = (fixed(1.402) * x + HALF) >> SCALE;
    blueOfCb[index] = (fixed(1.772) * x + HALF) >> SCALE;
    greenOfCr[index] = -fixed(0.71414) * x;
    greenOfCb[index] = -fixed(0.34414) * x + HALF;
  }
  return { redOfCr, blueOfCb, greenOfCr, greenOfCb };
};

/** Turns interleaved YCbCr into RGB in place, and returns its Y. */
export function toRgb(pixels: Uint8Array): Uint8Array {
  const { redOfCr, blueOfCb, greenOfCr, greenOfCb } = tables();
  const luma = new Uint8Array(pixels.length / 3);
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let index = 0, at = 0; at < pixels.length; index++, at += 3) {
    const y = pixels[at] as number;
    const cb = pixels[at + 1] as number;
    const cr = pixels[at + 2] as number;
    luma[index] = y;
    clamped[at] = y + (redOfCr[cr] as number);
    clamped[at + 1] = y + (((greenOfCb[cb] as number) + (greenOfCr[cr] as number)) >> SCALE);
    clamped[at + 2] = y + (blueOfCb[cb] as number);
  }
  return luma;
}
