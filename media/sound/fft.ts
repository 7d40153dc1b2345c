/** In-place complex Fourier transform of a power of two, radix 2. */
export function fourierTransform(size: number) {
  const reversed = new Uint32Array(size);
  const bits = Math.log2(size);
  for (let index = 0; index < size; index++) {
    let [rest, mirrored] = [index, 0];
    for (let bit = 0; bit < bits; bit++) {
      mirrored = (mirrored << 1) | (rest & 1);
      rest >>= 1;
    }
    reversed[index] = mirrored;
  }
  const cosine = Float64Array.from({ length: size / 2 }, (_, index) =>
    Math.cos((2 * Math.PI * index) / size),
  );
  const sine = Float64Array.from({ length: size / 2 }, (_, index) => -Math.sin((2 * Math.PI * index) / size));

  return (real: Float64Array, imaginary: Float64Array): void => {
    reorder(real, reversed);
    reorder(imaginary, reversed);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let even = start, turn = 0; even < start + half; even++, turn += stride) {
          const odd = even + half;
          const c = cosine[turn] as number;
          const s = sine[turn] as number;
          const x = real[odd] as number;
          const y = imaginary[odd] as number;
          const re = x * c - y * s;
          const im = x * s + y * c;
          real[odd] = (real[even] as number) - re;
          imaginary[odd] = (imaginary[even] as number) - im;
          real[even] = (real[even] as number) + re;
          imaginary[even] = (imaginary[even] as number) + im;
        }
      }
    }
  };
}

function reorder(values: Float64Array, reversed: Uint32Array): void {
  for (let index = 0; index < values.length; index++) {
    const other = reversed[index] as number;
    if (other <= index) continue;
    const kept = values[index] as number;
    values[index] = values[other] as number;
    values[other] = kept;
  }
}
