/** Sums over all samples of a channel: its power, its running average of 50 ms, and the steps from sample to sample. */
import { windowSamples } from './noise-floor.ts';

const AVERAGE_S = 0.05;

/** `scale`: factor to the scale that decibels are counted on. */
export function powerMeter(rate: number, scale: number) {
  const window = windowSamples(rate);
  const decay = Math.exp(-1 / AVERAGE_S / rate);
  let [samples, sum, squares, average] = [0, 0, 0, 0];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    add(values: Float64Array, length: number): void {
      let [total, power, running, low, high] = [sum, squares, average, lowest, highest];
      // The average starts from nothing: it counts when a window has gone in.
      const settled = window - samples;
      for (let sample = 0; sample < length; sample++) {
        const level = (values[sample] as number) * scale;
        const square = level * level;
        total += level;
        power += square;
        running = running * decay + (1 - decay) * square;
        if (sample < settled) continue;
        if (running > high) high = running;
        if (running < low) low = running;
      }
      [sum, squares, average, lowest, highest] = [total, power, running, low, high];
      samples += length;
    },
    result() {
      const whole = squares / Math.max(1, samples);
      const short = samples < window + 1;
      return {
        samples,
        sum,
        squares,
        // Shorter than a window: the whole is its only average.
        averageMin: short ? whole : lowest,
        averageMax: short ? whole : highest,
      };
    },
  };
}

export function stepMeter() {
  let [last, lastSign] = [Number.NaN, 0];
  let [stepMin, stepMax, steps, stepSquares, crossings] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0];
  return {
    add(values: Float64Array, length: number): void {
      let [low, high, total, squares, before] = [stepMin, stepMax, steps, stepSquares, last];
      let [sign, changes] = [lastSign, crossings];
      for (let sample = 0; sample < length; sample++) {
        const value = values[sample] as number;
        const step = Math.abs(value - before);
        before = value;
        if (value !== 0 && value > 0 !== sign > 0) {
          // The first sample that is not zero crosses nothing.
          if (sign !== 0) changes++;
          sign = value > 0 ? 1 : -1;
        } else if (sign === 0 && value < 0) sign = -1;
        // Not a number: there is none before the first.
        if (step !== step) continue;
        if (step < low) low = step;
        if (step > high) high = step;
        total += step;
        squares += step * step;
      }
      [stepMin, stepMax, steps, stepSquares, last] = [low, high, total, squares, before];
      [lastSign, crossings] = [sign, changes];
    },
    result: () => ({ stepMin, stepMax, steps, stepSquares, crossings }),
  };
}
