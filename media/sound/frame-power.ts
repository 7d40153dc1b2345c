/** Power spectra of frames of real samples; two at a time, as the real and the imaginary part of one transform. */
import { fourierTransform } from './fft.ts';

export const FRAME_SAMPLES = 2_048;
/** Frequencies from 0 to half the sample rate. */
export const BINS = FRAME_SAMPLES / 2 + 1;

export function framePower() {
  const transform = fourierTransform(FRAME_SAMPLES);
  // Periodic Hann, as in librosa.
  const hann = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / FRAME_SAMPLES),
  );
  const real = new Float64Array(FRAME_SAMPLES);
  const imaginary = new Float64Array(FRAME_SAMPLES);
  /** Adds the power of both frames, each weighted, to `power`; no second frame counts as zeros. */
  return (
    first: Float64Array,
    second: Float64Array | undefined,
    weight: number,
    power: Float64Array,
  ): void => {
    for (let index = 0; index < FRAME_SAMPLES; index++) {
      const window = hann[index] as number;
      real[index] = (first[index] as number) * window;
      imaginary[index] = second ? (second[index] as number) * window : 0;
    }
    transform(real, imaginary);
    // |A|^2 + |B|^2 of two real frames is half of |X(k)|^2 + |X(N-k)|^2 of both together.
    for (let bin = 0; bin < BINS; bin++) {
      const mirrored = bin === 0 ? 0 : FRAME_SAMPLES - bin;
      const re = real[bin] as number;
      const im = imaginary[bin] as number;
      const otherRe = real[mirrored] as number;
      const otherIm = imaginary[mirrored] as number;
      power[bin] =
        (power[bin] as number) + (weight * (re * re + im * im + otherRe * otherRe + otherIm * otherIm)) / 2;
    }
  };
}
