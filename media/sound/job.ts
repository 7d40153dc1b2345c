/** What the measuring children are told of the samples that come on stdin, interleaved and little endian. */
export interface SoundJob {
  /** f32le holds every sample of up to 24 bits exactly; f64le is for what does not fit. */
  readonly encoding: 'f32le' | 'f64le';
  readonly channels: number;
  readonly rate_hz: number;
  /** Samples per channel that the file promises; null where it says nothing. For progress only. */
  readonly samples: number | null;
  /** Of the decoder's own samples; 0 for floats. */
  readonly integerBits: 0 | 16 | 32;
  /** Bits of them that the sound itself has; without meaning for floats. */
  readonly resolutionBits: number;
}
