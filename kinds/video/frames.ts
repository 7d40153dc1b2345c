/** Measurements of every frame of a video, in columns: about 40 bytes a frame, so a film of three hours is 10 MB. */
export interface FrameColumns {
  readonly count: number;
  /** Presentation time in seconds from the container's start. */
  readonly time: Float64Array;
  /** Content difference to the frame before: the mean of the three mean differences of hue, saturation and value. */
  readonly score: Float64Array;
  /** Means over the grid, 0..255. */
  readonly luma: Float32Array;
  readonly saturation: Float32Array;
  readonly motion: Float32Array;
  readonly lumaMin: Uint8Array;
  readonly lumaMax: Uint8Array;
  /** 1 where at least 98 % of the pixels are black. */
  readonly black: Uint8Array;
  /** 1 where the frame differs too little from the one that the freeze began with. */
  readonly frozen: Uint8Array;
  /** Duration of the last frame in seconds: what lies between its time and the end of the video. */
  readonly lastFrameSeconds: number;
}

export { rounded, type Segment, segment } from '../segment.ts';

export function endOfVideo(frames: FrameColumns): number {
  return frames.count === 0 ? 0 : (frames.time[frames.count - 1] as number) + frames.lastFrameSeconds;
}
