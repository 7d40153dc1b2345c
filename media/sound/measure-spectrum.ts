/**
 * The child program that measures spectrum and waveform: samples on stdin; the spectrogram becomes a file, the rest is
 * in the outcome. Frames follow each other without overlap; their power is that of all channels, so that what is
 * inverted in one of them does not cancel. What is left at the end and fills no frame is filled up with zeros.
 *
 * Of long tracks every fourth frame is measured: an hour of them says the same in a quarter of the time.
 */
import { writeFileSync } from 'node:fs';
import { runAsFedProgram } from '../program/run.ts';
import { BINS, FRAME_SAMPLES, framePower } from './frame-power.ts';
import type { SoundJob } from './job.ts';
import { readSamples } from './samples.ts';
import { spectrogram } from './spectrogram.ts';
import { spectrumMeter } from './spectrum-meter.ts';
import { waveformMeter } from './waveform.ts';

export interface SpectrumJob extends SoundJob {
  /** Of so many frames one is measured. */
  readonly frameOf: number;
  readonly spectrogram: string;
}

await runAsFedProgram<SpectrumJob>(async (job, report) => {
  const { channels } = job;
  const [spectrum, picture, waveform] = [spectrumMeter(), spectrogram(), waveformMeter()];
  const frames = frameFiller(channels, job.frameOf, (power) => {
    spectrum.add(power);
    picture.add(power);
  });
  const samples = readSamples(job, report, (values, length) => {
    waveform.add(values, length, channels);
    frames.add(values, length);
  });
  frames.end();
  const drawn = picture.draw();
  if (drawn) writeFileSync(job.spectrogram, drawn.png);
  return {
    samples,
    frame_samples: FRAME_SAMPLES,
    hop_samples: FRAME_SAMPLES * job.frameOf,
    spectrum: spectrum.result(),
    waveform: waveform.result(channels),
    spectrogram: drawn && {
      width_px: drawn.width,
      height_px: drawn.height,
      column_samples: drawn.column_frames * FRAME_SAMPLES * job.frameOf,
      range_db: drawn.range_db,
    },
  };
});

/** Cuts samples into frames and gives the mean power of their channels. */
function frameFiller(channels: number, frameOf: number, onFrame: (power: Float64Array) => void) {
  const frames = Array.from({ length: channels }, () => new Float64Array(FRAME_SAMPLES));
  const power = new Float64Array(BINS);
  const measure = framePower();
  let [filled, passed] = [0, 0];
  const isMeasured = (): boolean => passed % frameOf === 0;
  const finish = (): void => {
    power.fill(0);
    for (let channel = 0; channel < channels; channel += 2) {
      measure(frames[channel] as Float64Array, frames[channel + 1], 1 / channels, power);
    }
    onFrame(power);
  };
  const next = (): void => {
    if (isMeasured()) finish();
    passed++;
    filled = 0;
  };
  return {
    add(values: Float32Array | Float64Array, length: number): void {
      for (let from = 0; from < length; ) {
        const taken = Math.min(length - from, FRAME_SAMPLES - filled);
        for (const [channel, frame] of isMeasured() ? frames.entries() : []) {
          for (let sample = 0; sample < taken; sample++) {
            frame[filled + sample] = values[(from + sample) * channels + channel] as number;
          }
        }
        filled += taken;
        from += taken;
        if (filled === FRAME_SAMPLES) next();
      }
    },
    end(): void {
      if (filled === 0 || !isMeasured()) return;
      for (const frame of frames) frame.fill(0, filled);
      finish();
    },
  };
}
