/** Lowest and highest sample, how often they come and in what runs, and samples at full scale. */

/** A run of full scale this long is no single peak: something was cut off. */
const CLIPPED_RUN_SAMPLES = 3;

interface Extreme {
  value: number;
  count: number;
  run: number;
  /** Squares of the lengths of finished runs. */
  runs: number;
}

/** `clip`: from here on a sample has reached full scale. */
export function peakMeter(clip: number) {
  const lowest: Extreme = { value: Number.POSITIVE_INFINITY, count: 0, run: 0, runs: 0 };
  const highest: Extreme = { value: Number.NEGATIVE_INFINITY, count: 0, run: 0, runs: 0 };
  let last = Number.NaN;
  const full = fullScaleCounter(clip);
  return {
    add(values: Float64Array, samples: number): void {
      let [low, high, before] = [lowest.value, highest.value, last];
      for (let sample = 0; sample < samples; sample++) {
        const value = values[sample] as number;
        // Hardly any sample is an extreme or stands beside one.
        if (value <= low || value >= high || before === low || before === high) {
          follow(lowest, value, before, value < low);
          follow(highest, value, before, value > high);
          [low, high] = [lowest.value, highest.value];
        }
        if (value >= clip || value <= -clip) full.reached(value, before);
        before = value;
      }
      last = before;
    },
    result: () => ({
      min: lowest.value,
      max: highest.value,
      peakCount: lowest.count + highest.count,
      peakRuns: lowest.runs + highest.runs,
      ...full.result(),
    }),
  };
}

/** Counts samples at full scale, and runs of them; a run goes on where the sample before was there too. */
function fullScaleCounter(clip: number) {
  let [clipped, run, clippedRuns, longestRun] = [0, 0, 0, 0];
  return {
    reached(value: number, before: number): void {
      const goesOn = value > 0 ? before >= clip : before <= -clip;
      clipped++;
      run = goesOn ? run + 1 : 1;
      if (run === CLIPPED_RUN_SAMPLES) clippedRuns++;
      if (run > longestRun) longestRun = run;
    },
    result: () => ({ clipped, clippedRuns, longestRun }),
  };
}

function follow(extreme: Extreme, value: number, before: number, beyond: boolean): void {
  if (beyond) {
    extreme.value = value;
    extreme.count = 1;
    extreme.run = 1;
    extreme.runs = 0;
  } else if (value === extreme.value) {
    extreme.count++;
    extreme.run = value === before ? extreme.run + 1 : 1;
  } else if (before === extreme.value) extreme.runs += extreme.run * extreme.run;
}
