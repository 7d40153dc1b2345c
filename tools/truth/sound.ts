/** Reference answers about the sound. */
import type { z } from 'zod';
import type { loudnessSchema, SilenceSection } from '../../kinds/sound/schema.ts';
import { type Comparison, exactly, type TruthRecord, withinAbsolute } from './compare.ts';
import {
  LINEAR_PEAK,
  PRECISE_LOUDNESS,
  PRINTED_LOUDNESS,
  SILENCE_S,
  unmapped,
  type Values,
} from './reading.ts';

type Loudness = z.infer<typeof loudnessSchema>;

const LOUDNESS_FIELDS: Readonly<Record<string, readonly [keyof Loudness, string]>> = {
  I_LUFS: ['integrated_lufs', 'LUFS'],
  LRA_LU: ['lra_lu', 'LU'],
  LRA_low: ['lra_low_lufs', 'LUFS'],
  LRA_high: ['lra_high_lufs', 'LUFS'],
  I_threshold: ['threshold_lufs', 'LUFS'],
  sample_peak_dBFS: ['sample_peak_dbfs', 'dBFS'],
  true_peak_dBFS: ['true_peak_dbtp', 'dBTP'],
};

export function compareLoudness(
  { metric, value }: TruthRecord,
  loudness: Loudness | undefined,
): readonly Comparison[] {
  return Object.entries(value as Values).map(([key, expected]) => {
    const [field, unit] = LOUDNESS_FIELDS[key] ?? [];
    if (!field || !unit) return unmapped(metric, key, expected);
    const actual = loudness?.[field];
    return (
      ofSilence(metric, key, expected, actual) ??
      withinAbsolute({ metric, key, expected, actual }, PRINTED_LOUDNESS, unit)
    );
  });
}

/** ["lavfi.r128.I=-23.000", ...]; the peaks are linear there. */
export function comparePreciseLoudness(
  { metric, value }: TruthRecord,
  loudness: Loudness | undefined,
): readonly Comparison[] {
  return (value as readonly string[]).map((line) => {
    const [key = '', text = ''] = line.replace(/^lavfi\.r128\./, '').split('=');
    const expected = Number(text);
    const exact = {
      I: loudness?.integrated_lufs,
      LRA: loudness?.lra_lu,
      'LRA.low': loudness?.lra_low_lufs,
      'LRA.high': loudness?.lra_high_lufs,
    }[key];
    if (exact !== undefined) {
      return (
        ofSilence(metric, key, expected, exact) ??
        withinAbsolute({ metric, key, expected, actual: exact }, PRECISE_LOUDNESS, 'LU')
      );
    }
    const peak = { true_peak: loudness?.true_peak_dbtp, sample_peak: loudness?.sample_peak_dbfs }[key];
    if (peak === undefined) return unmapped(metric, key, text);
    const actual = peak === null ? 0 : 10 ** (peak / 20);
    // Quiet peaks are known to a tenth of a decibel only.
    return withinAbsolute(
      { metric, key, expected, actual },
      Math.max(LINEAR_PEAK, expected * 0.0116),
      'linear',
    );
  });
}

/** Where nothing passes the gate the reference prints its floor, and we say null. */
function ofSilence(metric: string, key: string, expected: unknown, actual: unknown): Comparison | null {
  const floor = expected === -70 || expected === 0 || expected === null || Number(expected) <= -120;
  return actual === null && floor
    ? { metric, key, expected, actual: null, difference: null, tolerance: 'null for silence', agrees: true }
    : null;
}

export function compareSilence(
  { metric, value }: TruthRecord,
  silence: SilenceSection['silence'],
): readonly Comparison[] {
  const expected = value as readonly (readonly [string, number])[];
  const actual = silence.flatMap((one) => [['start', one.start_s] as const, ['end', one.end_s] as const]);
  return [
    exactly({ metric, key: 'count', expected: expected.length, actual: actual.length }),
    ...expected.map(([edge, at], index) =>
      withinAbsolute(
        { metric, key: `${index}.${edge}`, expected: at, actual: actual[index]?.[1] },
        SILENCE_S,
        's',
      ),
    ),
  ];
}
