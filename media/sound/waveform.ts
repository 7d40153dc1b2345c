/** Lowest and highest sample and power of equal parts of a track whose length is not known before its end. */

/** Twice as many are kept while it grows, so that at least half as many are there in the end. */
const MOST_PARTS = 2_000;
const FIRST_PART_SAMPLES = 16;

interface Part {
  readonly min: number;
  readonly max: number;
  readonly squares: number;
  readonly samples: number;
}

export function waveformMeter() {
  let parts: Part[] = [];
  let partSamples = FIRST_PART_SAMPLES;
  let [min, max, squares, samples] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const finish = (): void => {
    if (samples === 0) return;
    parts.push({ min, max, squares, samples });
    [min, max, squares, samples] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    if (parts.length < 2 * MOST_PARTS) return;
    parts = joinPairs(parts);
    partSamples *= 2;
  };
  return {
    /** Interleaved samples; a part spans all channels. */
    add(values: Float32Array | Float64Array, length: number, channels: number): void {
      for (let from = 0; from < length; ) {
        const until = Math.min(length, from + partSamples - samples);
        let [low, high, power] = [min, max, squares];
        for (let at = from * channels; at < until * channels; at++) {
          const value = values[at] as number;
          if (value < low) low = value;
          if (value > high) high = value;
          power += value * value;
        }
        [min, max, squares] = [low, high, power];
        samples += until - from;
        from = until;
        if (samples === partSamples) finish();
      }
    },
    result(channels: number) {
      finish();
      return parts.length > MOST_PARTS
        ? shown(joinPairs(parts), partSamples * 2, channels)
        : shown(parts, partSamples, channels);
    },
  };
}

function shown(parts: readonly Part[], part_samples: number, channels: number) {
  return {
    part_samples,
    min: parts.map((part) => rounded(part.min)),
    max: parts.map((part) => rounded(part.max)),
    rms: parts.map((part) => rounded(Math.sqrt(part.squares / (part.samples * channels)))),
  };
}

function joinPairs(parts: readonly Part[]): Part[] {
  return Array.from({ length: Math.ceil(parts.length / 2) }, (_, pair) => {
    const [first, second] = [parts[2 * pair] as Part, parts[2 * pair + 1]];
    if (!second) return first;
    return {
      min: Math.min(first.min, second.min),
      max: Math.max(first.max, second.max),
      squares: first.squares + second.squares,
      samples: first.samples + second.samples,
    };
  });
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
