/** Numbers about all pixels of a picture, as it is stored. */
import { detailOf } from './detail.ts';
import type { Pixels } from './pixels.ts';

/** Of 255: what is as dark or as bright as this counts as clipped. */
const CLIPPED_LOW = 2;
const CLIPPED_HIGH = 253;

type Samples = Pick<Pixels, 'rgb' | 'luma' | 'lumaSource' | 'width' | 'height'>;

export function statisticsOf({ rgb, luma, lumaSource, width, height }: Samples) {
  const channels = channelHistograms(rgb).map((counts) => momentsOf(counts));
  const counts = histogram(luma);
  const total = luma.length;
  const { mean, std } = momentsOf(counts);
  const share = (from: number, to: number): number =>
    counts.slice(from, to + 1).reduce((sum, count) => sum + count, 0) / total;
  return {
    mean_rgb: channels.map((channel) => rounded(channel.mean)),
    std_rgb: channels.map((channel) => rounded(channel.std)),
    luma: {
      source: lumaSource,
      mean: rounded(mean),
      std: rounded(std),
      p5: percentile(counts, total, 0.05),
      p50: percentile(counts, total, 0.5),
      p95: percentile(counts, total, 0.95),
    },
    entropy_bits: rounded(entropyOf(counts, total)),
    clipped_low: rounded(share(0, CLIPPED_LOW)),
    clipped_high: rounded(share(CLIPPED_HIGH, 255)),
    histogram: { bins: 32, counts: binned(counts) },
    ...detailOf(luma, width, height),
  };
}

export function rounded(value: number, digits = 6): number {
  return Number(value.toFixed(digits));
}

function histogram(values: Uint8Array): number[] {
  const counts = new Uint32Array(256);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    counts[value] = (counts[value] as number) + 1;
  }
  return [...counts];
}

function channelHistograms(rgb: Uint8Array): readonly number[][] {
  const counts = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;
  const [reds, greens, blues] = counts;
  for (let at = 0; at < rgb.length; at += 3) {
    const r = rgb[at] as number;
    const g = rgb[at + 1] as number;
    const b = rgb[at + 2] as number;
    reds[r] = (reds[r] as number) + 1;
    greens[g] = (greens[g] as number) + 1;
    blues[b] = (blues[b] as number) + 1;
  }
  return counts.map((one) => [...one]);
}

function momentsOf(counts: readonly number[]): { readonly mean: number; readonly std: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / total;
  const variance = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / total;
  return { mean, std: Math.sqrt(variance) };
}

function entropyOf(counts: readonly number[], total: number): number {
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log2(count / total)),
    0,
  );
}

function percentile(counts: readonly number[], total: number, share: number): number {
  let below = 0;
  return counts.findIndex((count) => {
    below += count;
    return below >= share * total;
  });
}

function binned(counts: readonly number[]): readonly number[] {
  return Array.from({ length: 32 }, (_, bin) =>
    counts.slice(bin * 8, bin * 8 + 8).reduce((sum, count) => sum + count, 0),
  );
}
