/**
 * Levels of one channel, with the definitions of ffmpeg's astats, so that they are the same with whatever version of
 * ffmpeg decodes. Integer samples are levels of -1 to 1 against half their range (32,768), but decibels are counted
 * against the largest of them (32,767), as there.
 */
import type { SoundJob } from './job.ts';
import { noiseFloorMeter } from './noise-floor.ts';
import { peakMeter } from './peak-meter.ts';
import { powerMeter, stepMeter } from './power-meter.ts';

export interface Scale {
  /** Factor to the scale of decibels. */
  readonly decibels: number;
  /** From here on a sample has reached full scale. */
  readonly clip: number;
  /** Largest resolution in bits. */
  readonly bits: number;
}

/** A decoder hands on samples of few bits in wider ones: then their largest value is further below full scale. */
export function scaleOf({
  integerBits,
  resolutionBits,
}: Pick<SoundJob, 'integerBits' | 'resolutionBits'>): Scale {
  if (integerBits === 0) return { decibels: 1, clip: 1, bits: 32 };
  const half = 2 ** (integerBits - 1);
  return { decibels: half / (half - 1), clip: 1 - 2 ** (1 - resolutionBits) - 1e-9, bits: integerBits };
}

/** Calls take a block of samples of one channel. */
export function channelMeter(rate: number, scale: Scale) {
  const peaks = peakMeter(scale.clip);
  const power = powerMeter(rate, scale.decibels);
  const steps = stepMeter();
  const quiet = noiseFloorMeter(rate, scale.decibels);
  let bits = 0;
  return {
    add(values: Float64Array, length: number): void {
      peaks.add(values, length);
      power.add(values, length);
      steps.add(values, length);
      quiet.add(values, length);
      // The lowest bit is what counts; once it was seen there is no more to see.
      if ((bits & 1) === 0) bits |= bitsOf(values, length, 2 ** (scale.bits - 1));
    },
    sums: () => ({
      ...power.result(),
      ...peaks.result(),
      ...steps.result(),
      bitDepth: bits === 0 ? 0 : scale.bits - trailingZeros(bits),
      noiseFloor: quiet.floor(),
      noiseFloorCount: quiet.count(),
      entropy: quiet.entropy(),
    }),
  };
}

/** Bits that any of the samples has, as 32-bit integers. */
function bitsOf(values: Float64Array, length: number, units: number): number {
  let bits = 0;
  for (let sample = 0; sample < length; sample++) bits |= Math.round((values[sample] as number) * units);
  return bits;
}

function trailingZeros(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
