/** How the two channels of a stereo track relate. */
export function stereoMeter() {
  let [leftSquares, rightSquares, products, sumSquares, differenceSquares] = [0, 0, 0, 0, 0];
  return {
    add(left: Float64Array, right: Float64Array, length: number): void {
      let [lefts, rights, both, sums, differences] = [
        leftSquares,
        rightSquares,
        products,
        sumSquares,
        differenceSquares,
      ];
      for (let sample = 0; sample < length; sample++) {
        const a = left[sample] as number;
        const b = right[sample] as number;
        lefts += a * a;
        rights += b * b;
        both += a * b;
        // Apart from the products: what almost cancels would be lost in their rounding.
        sums += (a + b) * (a + b);
        differences += (a - b) * (a - b);
      }
      [leftSquares, rightSquares, products] = [lefts, rights, both];
      [sumSquares, differenceSquares] = [sums, differences];
    },
    sums: () => ({ leftSquares, rightSquares, products, sumSquares, differenceSquares }),
  };
}
