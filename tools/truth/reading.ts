/** What the comparisons of sound and pictures share: tolerances, and where things stand in a result. */
import type { StreamSection } from '../../kinds/container/schema.ts';
import type { VideoResult } from '../../kinds/video/result.ts';
import { type Comparison, exactly, withinAbsolute } from './compare.ts';

export type Values = Readonly<Record<string, unknown>>;
export type Stream = StreamSection;

/** Tolerances, each with its reason. */
export const PRINTED_TIME_S = 0.0011; // Printed with three decimals by one tool or the other.
export const PRINTED_LOUDNESS = 0.1; // The reference's summary has one decimal; decoders round lossy sound differently.
export const PRECISE_LOUDNESS = 0.01; // Three decimals, rounded by both.
export const LINEAR_PEAK = 0.0011; // Linear, three decimals, rounded by both.
export const SILENCE_S = 0.0011; // Thresholds are crossed at a sample; decoders differ in the last bit of lossy sound.
export const VERSION_COUNT = 0.01; // idet's counts change with ffmpeg's version.

export function pictureOf({ video }: VideoResult): Stream | undefined {
  return video.streams.find((stream) => stream.index === video.analysed_stream);
}

/** Seconds to take off a time of the picture, so that it counts as the references count. */
export function pictureOffset({ video }: VideoResult): number {
  return video.container.format === 'mpegts' ? (video.shots[0]?.start_s ?? 0) : 0;
}

export function time(metric: string, key: string, expected: unknown, actual: number | null): Comparison {
  if (expected === null) return exactly({ metric, key, expected, actual });
  return withinAbsolute({ metric, key, expected: Number(expected), actual }, PRINTED_TIME_S, 's');
}

/** A key that nothing is known about never agrees: somebody has to decide. */
export function unmapped(metric: string, key: string, expected: unknown): Comparison {
  return { metric, key, expected, actual: null, difference: null, tolerance: 'unmapped key', agrees: false };
}
