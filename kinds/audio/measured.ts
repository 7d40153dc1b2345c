/** What the measuring children say. They handled hostile input: it is checked before anything is made of it. */
import { z } from 'zod';
import { count } from '../envelope.ts';

const amount = z.number().nonnegative();

const channelSums = z.strictObject({
  samples: count,
  sum: z.number(),
  squares: amount,
  averageMin: amount,
  averageMax: amount,
  min: z.number(),
  max: z.number(),
  peakCount: count,
  peakRuns: amount,
  clipped: count,
  clippedRuns: count,
  longestRun: count,
  /** Infinite, so null in JSON, where there is but one sample. */
  stepMin: amount.nullable(),
  stepMax: amount,
  steps: amount,
  stepSquares: amount,
  crossings: count,
  bitDepth: count,
  /** Relative to full scale; null where the sound is shorter than 50 ms. */
  noiseFloor: amount.nullable(),
  noiseFloorCount: count,
  entropy: z.number(),
});

export const measuredLevelsSchema = z.strictObject({
  samples: count,
  oddSamples: z.strictObject({ nans: count, infinities: count, denormals: count }),
  channels: z.array(channelSums),
  stereo: z
    .strictObject({
      leftSquares: amount,
      rightSquares: amount,
      products: z.number(),
      sumSquares: amount,
      differenceSquares: amount,
    })
    .nullable(),
});

export const measuredSpectrumSchema = z.strictObject({
  samples: count,
  frame_samples: count,
  hop_samples: count,
  spectrum: z.strictObject({
    frames: count,
    sounding_frames: count,
    /** In bins. */
    centroid: z.number().nullable(),
    flatness: z.number().nullable(),
    mean_power: z.array(amount),
  }),
  waveform: z.strictObject({
    part_samples: count,
    min: z.array(z.number()),
    max: z.array(z.number()),
    rms: z.array(amount),
  }),
  spectrogram: z
    .strictObject({
      width_px: count,
      height_px: count,
      column_samples: count,
      range_db: z.number(),
    })
    .nullable(),
});

export type ChannelSums = z.infer<typeof channelSums>;
export type MeasuredLevels = z.infer<typeof measuredLevelsSchema>;
export type MeasuredSpectrum = z.infer<typeof measuredSpectrumSchema>;
