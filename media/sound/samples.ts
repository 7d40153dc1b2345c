/** Reads samples block by block from stdin. A sample that is no finite number counts as silence, and is counted. */
import type { Report } from '../program/run.ts';
import { readFully } from '../program/pipe.ts';
import type { SoundJob } from './job.ts';

/** Samples of a channel in a block: small enough for the caches, large enough to spare system calls. */
export const BLOCK_SAMPLES = 4_096;

/** Samples that no recorder makes. */
export interface OddSamples {
  nans: number;
  infinities: number;
  /** So small that they are held with fewer digits: some processors take long over them. */
  denormals: number;
}

/** Smallest normal numbers of 32 and of 64 bits. */
const SMALLEST = { f32le: 2 ** -126, f64le: 2 ** -1022 } as const;

type Values = Float32Array | Float64Array;

/**
 * Calls back for every block with interleaved values and its samples per channel; answers with those of all. The buffer
 * is used again for the next block.
 */
export function readSamples(
  job: SoundJob,
  report: Report,
  onBlock: (values: Values, samples: number) => void,
  odd: OddSamples = { nans: 0, infinities: 0, denormals: 0 },
): number {
  const length = BLOCK_SAMPLES * job.channels;
  const values = job.encoding === 'f64le' ? new Float64Array(length) : new Float32Array(length);
  const bytes = new Uint8Array(values.buffer);
  const sampleBytes = values.BYTES_PER_ELEMENT * job.channels;
  const total = job.samples === null ? {} : { total: job.samples };
  let done = 0;
  for (let read = bytes.length; read === bytes.length; ) {
    read = readFully(bytes);
    // A part of a sample at the end is what a killed decoder left.
    const samples = Math.floor(read / sampleBytes);
    if (samples === 0) break;
    replaceOdd(values.subarray(0, samples * job.channels), SMALLEST[job.encoding], odd);
    onBlock(values, samples);
    done += samples;
    report({ done, ...total, unit: 'samples' });
  }
  return done;
}

function replaceOdd(values: Values, smallest: number, counts: OddSamples): void {
  // A difference that is no zero tells that there is something to look for.
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    sum += value - value;
    if (value < smallest && value > -smallest && value !== 0) counts.denormals++;
  }
  if (sum === 0) return;
  for (const [at, value] of values.entries()) {
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) counts.nans++;
    else counts.infinities++;
    values[at] = 0;
  }
}
