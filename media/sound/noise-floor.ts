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

export function noiseFloorMeter(rate: number, scale: number) {
  const window = new Uint16Array(windowSamples(rate));
  const inWindow = new Int32Array(STEPS + 1);
  const all = new Float64Array(STEPS + 1);
  let [filled, position, highest] = [0, 0, 0];
  let [floor, count] = [STEPS + 1, 0];
  return {
    add(values: Float64Array, samples: number): void {
      // Variables of this call are registers, those of the closure are not.
      let [at, top, quietest, windows, full] = [position, highest, floor, count, filled];
      const size = window.length;
      for (let sample = 0; sample < samples; sample++) {
        const magnitude = Math.abs(values[sample] as number) * scale;
        const step = magnitude >= 1 ? STEPS : (magnitude * STEPS + 0.5) | 0;
        all[step] = (all[step] as number) + 1;
        inWindow[step] = (inWindow[step] as number) + 1;
        if (full === size) {
          const dropped = window[at] as number;
          inWindow[dropped] = (inWindow[dropped] as number) - 1;
        } else full++;
        window[at] = step;
        at = at + 1 === size ? 0 : at + 1;
        if (step > top) top = step;
        while (inWindow[top] === 0) top--;
        if (top > quietest || full < size) continue;
        if (top === quietest) windows++;
        else {
          quietest = top;
          windows = 1;
        }
      }
      [position, highest, floor, count, filled] = [at, top, quietest, windows, full];
    },
    /** Relative to full scale; null where the sound is shorter than a window. */
    floor: (): number | null => (count === 0 ? null : floor / STEPS),
    count: (): number => count,
    entropy: (): number => entropyOf(all),
  };
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
