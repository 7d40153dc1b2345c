/**
 * The noise floor as ffmpeg's astats up to version 6 has it: the smallest of all peaks of 50 ms windows, one window for
 * each sample, in steps of 1/8191 of full scale; and how many windows are as quiet. With it comes the histogram of all
 * magnitudes in those steps, of which entropy is made.
 */
const STEPS = 8_191;
const WINDOW_S = 0.05;

export function windowSamples(rate: number): number {
  return Math.max(1, Math.floor(WINDOW_S * rate + 0.5));
}

/**
 * The peak of a window is the larger of two: of what it holds of the block before, which is known from that block's end
 * backwards, and of what it holds of its own block so far. So each sample costs two comparisons, however long the window.
 */
export function noiseFloorMeter(rate: number, scale: number) {
  const size = windowSamples(rate);
  const block = new Uint16Array(size);
  /** Peaks of the last block from each place to its end; none after its last. */
  const tails = new Uint16Array(size + 1);
  const magnitudes = new Float64Array(STEPS + 1);
  let [position, blocks, peak] = [0, 0, 0];
  let [floor, count] = [STEPS + 1, 0];
  return {
    add(values: Float64Array, samples: number): void {
      // Variables of this call are registers, those of the closure are not.
      let [at, top, quietest, windows] = [position, peak, floor, count];
      for (let sample = 0; sample < samples; sample++) {
        const magnitude = Math.abs(values[sample] as number) * scale;
        const step = magnitude >= 1 ? STEPS : (magnitude * STEPS + 0.5) | 0;
        magnitudes[step] = (magnitudes[step] as number) + 1;
        block[at] = step;
        at++;
        if (step > top) top = step;
        const tail = tails[at] as number;
        const windowPeak = tail > top ? tail : top;
        const whole = blocks > 0 || at === size;
        if (whole && windowPeak <= quietest) {
          windows = windowPeak === quietest ? windows + 1 : 1;
          quietest = windowPeak;
        }
        if (at < size) continue;
        writeTails(block, tails);
        [at, top] = [0, 0];
        blocks++;
      }
      [position, peak, floor, count] = [at, top, quietest, windows];
    },
    /** Relative to full scale; null where the sound is shorter than a window. */
    floor: (): number | null => (count === 0 ? null : floor / STEPS),
    count: (): number => count,
    entropy: (): number => entropyOf(magnitudes),
  };
}

function writeTails(block: Uint16Array, tails: Uint16Array): void {
  let peak = 0;
  for (let at = block.length - 1; at >= 0; at--) {
    const step = block[at] as number;
    if (step > peak) peak = step;
    tails[at] = peak;
  }
}

/** 0 for one magnitude alone, 1 for all of them equally often. */
function entropyOf(histogram: Float64Array): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let entropy = 0;
  for (const count of histogram) {
    const share = count / total;
    if (share > 1e-8) entropy -= share * Math.log2(share);
  }
  return entropy / Math.log2(histogram.length);
}
