/** The child program that measures levels: samples on stdin, their sums in the outcome. */
import { runAsFedProgram } from '../program/run.ts';
import { channelMeter, scaleOf } from './channel-meter.ts';
import type { SoundJob } from './job.ts';
import { BLOCK_SAMPLES, type OddSamples, readSamples } from './samples.ts';
import { stereoMeter } from './stereo-meter.ts';

await runAsFedProgram<SoundJob>(async (job, report) => {
  const scale = scaleOf(job);
  const meters = Array.from({ length: job.channels }, () => channelMeter(job.rate_hz, scale));
  const channels = meters.map(() => new Float64Array(BLOCK_SAMPLES));
  const [left, right] = channels;
  const stereo = left && right && job.channels === 2 ? stereoMeter() : null;
  const oddSamples: OddSamples = { nans: 0, infinities: 0, denormals: 0 };
  const onBlock = (values: Float32Array | Float64Array, length: number): void => {
    for (const [channel, own] of channels.entries()) {
      for (let sample = 0, at = channel; sample < length; sample++, at += job.channels) {
        own[sample] = values[at] as number;
      }
      meters[channel]?.add(own, length);
    }
    if (left && right) stereo?.add(left, right, length);
  };
  const samples = readSamples(job, report, onBlock, oddSamples);
  return {
    samples,
    oddSamples,
    channels: samples === 0 ? [] : meters.map((meter) => meter.sums()),
    stereo: stereo?.sums() ?? null,
  };
});
