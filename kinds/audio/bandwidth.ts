/** How far up a track's spectrum reaches, and what an edge in it tells. Rules and limits are stated in the result. */
import { rounded } from '../segment.ts';

export const BANDWIDTH = {
  roll_off_db: -60,
  /** An edge: so much less power above it than below, in bands of 400 Hz with a gap of 300 Hz around it. */
  edge_drop_db: 24,
  /** Below an edge the spectrum is filled: the quiet end of the octave below it is no farther down than this. */
  filled_within_db: 30,
  lowest_edge_hz: 1_500,
  /** How far down the sound is where an edge begins. */
  edge_begins_db: 10,
} as const;

const BAND_HZ = 400;
const GAP_HZ = 150;
const NARROW_HZ = 100;
/** Power that counts as none: far below the noise of 24 bits. */
const NO_POWER = 1e-14;

export interface Spectrum {
  /** Mean power of each bin, from 0 to half the sample rate. */
  readonly power: readonly number[];
  readonly rate_hz: number;
}

/** Highest frequency that is less than 60 dB below the strongest; null for silence. */
export function bandwidthOf({ power, rate_hz }: Spectrum): number | null {
  const limit = power.reduce((most, one) => Math.max(most, one), 0) * 10 ** (BANDWIDTH.roll_off_db / 10);
  if (limit <= NO_POWER) return null;
  const highest = power.findLastIndex((one) => one >= limit);
  return rounded(frequencyOf(highest, power, rate_hz), 1);
}

export interface Edge {
  /** Where the fall begins. */
  readonly frequency_hz: number;
  readonly drop_db: number;
}

/**
 * The steepest fall of the spectrum, if what is below is filled and what is above stays down to half the sample rate: a
 * filter's work, not nature's. Null where there is none.
 */
export function edgeOf(spectrum: Spectrum): Edge | null {
  const { rate_hz } = spectrum;
  const nyquist = rate_hz / 2;
  const step = nyquist / (spectrum.power.length - 1);
  let [steepest, drop] = [0, BANDWIDTH.edge_drop_db as number];
  for (let at = BANDWIDTH.lowest_edge_hz; at < nyquist - GAP_HZ - BAND_HZ; at += step) {
    const below = level(spectrum, at - GAP_HZ - BAND_HZ, at - GAP_HZ);
    const above = level(spectrum, at + GAP_HZ, at + GAP_HZ + BAND_HZ);
    if (below - above < drop) continue;
    if (!filledBelow(spectrum, at, below) || !quietAbove(spectrum, at, below)) continue;
    [steepest, drop] = [at, below - above];
  }
  if (steepest === 0) return null;
  return { frequency_hz: Math.round(beginOf(spectrum, steepest)), drop_db: rounded(drop, 1) };
}

/** Filters of resamplers fall over a kilohertz and more: their edge is where the sound is 10 dB down. */
function beginOf(spectrum: Spectrum, steepest: number): number {
  const limit = level(spectrum, steepest * 0.7, steepest * 0.85) - BANDWIDTH.edge_begins_db;
  const step = spectrum.rate_hz / 2 / (spectrum.power.length - 1);
  let at = steepest;
  while (at > steepest * 0.85 && level(spectrum, at - NARROW_HZ, at) < limit) at -= step;
  return at;
}

function filledBelow(spectrum: Spectrum, edge: number, below: number): boolean {
  for (let from = edge / 2; from + BAND_HZ <= edge - GAP_HZ; from += BAND_HZ) {
    if (level(spectrum, from, from + BAND_HZ) < below - BANDWIDTH.filled_within_db) return false;
  }
  return true;
}

function quietAbove(spectrum: Spectrum, edge: number, below: number): boolean {
  for (let from = edge + GAP_HZ; from + BAND_HZ <= spectrum.rate_hz / 2; from += BAND_HZ) {
    if (level(spectrum, from, from + BAND_HZ) > below - BANDWIDTH.edge_drop_db + 3) return false;
  }
  return true;
}

/** Mean power of a band, in dB. */
function level({ power, rate_hz }: Spectrum, from: number, to: number): number {
  const perBin = rate_hz / 2 / (power.length - 1);
  const first = Math.max(0, Math.round(from / perBin));
  const bins = power.slice(first, Math.max(first + 1, Math.round(to / perBin)));
  const mean = bins.reduce((sum, one) => sum + one, 0) / bins.length;
  return 10 * Math.log10(Math.max(NO_POWER, mean));
}

function frequencyOf(bin: number, power: readonly number[], rate: number): number {
  return (bin * rate) / 2 / (power.length - 1);
}

export type Origin = 'upsampled' | 'lossy_transcode';

export interface Hint {
  readonly is: Origin;
  /** Sample rate that the sound had before, as far as an edge can tell. */
  readonly from_rate_hz: number | null;
}

const RATES = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] as const;
/** Filters of resamplers begin a little below half the rate. */
const EDGE_OF_RATE = { from: 0.88, to: 1.06, usual: 1 } as const;
/** Where encoders of MP3, AAC and Vorbis cut off at common bit rates. */
const ENCODER_EDGE_HZ = { from: 14_500, to: 20_600 } as const;
/** Encoders at low bit rates cut as low as this themselves. */
const ENCODER_LOWEST_HZ = 8_500;

/**
 * Lossless files of 44.1 kHz and more with an edge between 14.5 and 20.6 kHz came through a lossy encoder; with an edge
 * at half of a smaller sample rate they were made from such a one. Lossy files have the encoder's own edge, so there
 * only an edge below 8.5 kHz says something.
 */
export function hintOf(edge: Edge | null, rate_hz: number, lossless: boolean): Hint | null {
  if (!edge) return null;
  const at = edge.frequency_hz;
  if (!lossless && at > ENCODER_LOWEST_HZ) return null;
  if (lossless && rate_hz >= 44_100 && at >= ENCODER_EDGE_HZ.from && at <= ENCODER_EDGE_HZ.to) {
    return { is: 'lossy_transcode', from_rate_hz: null };
  }
  const fitting = RATES.filter(
    (rate) =>
      rate < rate_hz * 0.9 && at >= (rate / 2) * EDGE_OF_RATE.from && at <= (rate / 2) * EDGE_OF_RATE.to,
  );
  const distance = (rate: number): number => Math.abs(at / (rate / 2) - EDGE_OF_RATE.usual);
  const nearest = fitting.toSorted((a, b) => distance(a) - distance(b))[0];
  return nearest === undefined ? null : { is: 'upsampled', from_rate_hz: nearest };
}

/** Codecs that keep every sample as it was. */
export function isLossless(codec: string | null): boolean {
  return /^(pcm_(?!alaw|mulaw)|flac|alac|ape|wavpack|tta|tak|mlp|truehd|shorten|wmalossless|dsd_)/.test(
    codec ?? '',
  );
}
