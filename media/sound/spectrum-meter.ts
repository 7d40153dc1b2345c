/** The mean spectrum of a track, and where the weight of its frames lies. */
import { BINS } from './frame-power.ts';

/** librosa's floor of spectral flatness. */
const FLATNESS_FLOOR = 1e-10;
/** Frames without any sound have no spectrum. */
const SILENT_POWER = 1e-12;
/** Products of so many powers are far from the limits of a double. */
const AT_ONCE = 16;

export function spectrumMeter() {
  const sum = new Float64Array(BINS);
  let [frames, sounding, centroids, flatness] = [0, 0, 0, 0];
  return {
    add(power: Float64Array): void {
      frames++;
      let [total, magnitudes, weighted] = [0, 0, 0];
      for (let bin = 0; bin < BINS; bin++) {
        const value = power[bin] as number;
        sum[bin] = (sum[bin] as number) + value;
        total += value;
        const magnitude = Math.sqrt(value);
        magnitudes += magnitude;
        weighted += magnitude * bin;
      }
      if (total < SILENT_POWER) return;
      sounding++;
      centroids += weighted / magnitudes;
      flatness += flatnessOf(power);
    },
    result: () => ({
      frames,
      sounding_frames: sounding,
      /** In bins. */
      centroid: sounding > 0 ? centroids / sounding : null,
      flatness: sounding > 0 ? flatness / sounding : null,
      mean_power: [...sum].map((power) => power / Math.max(1, sounding)),
    }),
  };
}

/** Geometric by arithmetic mean of the power: 1 is noise, 0 a tone. */
function flatnessOf(power: Float64Array): number {
  let [logs, total, product] = [0, 0, 1];
  for (let bin = 0; bin < BINS; bin++) {
    const value = Math.max(FLATNESS_FLOOR, power[bin] as number);
    total += value;
    product *= value;
    if (bin % AT_ONCE !== AT_ONCE - 1) continue;
    logs += Math.log(product);
    product = 1;
  }
  return Math.exp((logs + Math.log(product)) / BINS) / (total / BINS);
}
