/** Which part of an audio analysis' result holds what a reference tool measured. */
import type { AudioResult } from '../../kinds/audio/result.ts';
import {
  type Comparison,
  exactly,
  type Mapping,
  type TruthRecord,
  withinAbsolute,
  withinRelative,
} from './compare.ts';
import { compareProbe } from './probe.ts';
import { unmapped } from './reading.ts';
import { compareLoudness, comparePreciseLoudness, compareSilence } from './sound.ts';

type Compare = (record: TruthRecord, result: AudioResult) => readonly Comparison[];

/** Keys of a reference's value that our result does not mean to have, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {};

export const audioMapping: Mapping = (record, result) =>
  audioMetrics[record.metric]?.(record, result as AudioResult);

const audioMetrics: Readonly<Record<string, Compare>> = {
  sha256: ({ metric, value }, { resource }) => [
    exactly({ metric, key: '', expected: value, actual: resource.sha256 }),
  ],
  ffprobe: (record, { audio, resource }) => compareProbe(record, { ...audio, bytes: resource.bytes }),
  ebur128: (record, { audio }) => compareLoudness(record, audio.loudness),
  ebur128_metadata_3dp: (record, { audio }) => comparePreciseLoudness(record, audio.loudness),
  'silence_-50dB_0.5s': (record, { audio }) => compareSilence(record, audio.silence),
  astats_overall: compareLevels,
  silero_vad_v5_segments: compareSpeech,
};

/** Printed with six decimals; decoders of another version differ in the last bits of lossy sound. */
const PRINTED_LEVEL = 2e-6;
const PRINTED_DB = 0.001;
/** Where lossy sound is all but silent, its last bits are most of it. */
const QUIET_DB = 0.05;
/** Of windows that are equally quiet, by those last bits. */
const COUNT = 0.01;
const SPEECH_S = 0.1;

type Overall = AudioResult['audio']['levels']['overall'];

const LEVELS: Readonly<Record<string, keyof Overall>> = {
  'DC offset': 'dc_offset',
  'RMS difference': 'rms_difference',
  'Mean difference': 'mean_difference',
  'Min difference': 'min_difference',
  'Max difference': 'max_difference',
  'Min level': 'min_level',
  'Max level': 'max_level',
};
const DECIBELS: Readonly<Record<string, keyof Overall>> = {
  'Peak level dB': 'peak_db',
  'RMS level dB': 'rms_db',
  'RMS peak dB': 'rms_peak_db',
  'RMS trough dB': 'rms_trough_db',
  'Flat factor': 'flat_factor_db',
  'Noise floor dB': 'noise_floor_db',
};
const COUNTS: Readonly<Record<string, keyof Overall>> = {
  'Peak count': 'peak_count',
  'Noise floor count': 'noise_floor_count',
  'Bit depth': 'bit_depth',
  'Number of samples': 'samples',
};

/** astats prints levels of integer samples as such integers, decibels and the DC offset as shares of full scale. */
function compareLevels({ metric, value }: TruthRecord, { audio }: AudioResult): readonly Comparison[] {
  const { overall, full_scale, odd_samples } = audio.levels;
  return Object.entries(value as Readonly<Record<string, string>>).map(([key, text]) => {
    const expected = Number(text);
    const [level, decibels, counted] = [LEVELS[key], DECIBELS[key], COUNTS[key]];
    if (level !== undefined) {
      const unit = key === 'DC offset' ? 1 : full_scale;
      const actual = (overall[level] ?? Number.NaN) * unit;
      return withinRelative({ metric, key, expected, actual }, 1e-6, PRINTED_LEVEL * Math.sqrt(unit));
    }
    if (decibels !== undefined) {
      if (/inf|nan/.test(text)) return exactly({ metric, key, expected: null, actual: overall[decibels] });
      const allowed = expected < -80 ? QUIET_DB : PRINTED_DB;
      return withinAbsolute({ metric, key, expected, actual: overall[decibels] }, allowed, 'dB');
    }
    if (counted !== undefined) {
      return withinRelative({ metric, key, expected, actual: overall[counted] }, COUNT);
    }
    switch (key) {
      case 'Entropy':
        return withinAbsolute({ metric, key, expected, actual: overall.entropy }, 1e-5, '');
      case 'Number of NaNs':
      case 'Number of Infs': {
        // Ours are of all channels together, the reference's are the mean of them.
        const own = key === 'Number of NaNs' ? odd_samples.nans : odd_samples.infinities;
        return exactly({ metric, key, expected, actual: own / audio.track.channels });
      }
      case 'Number of denormals':
        return exactly({ metric, key, expected, actual: odd_samples.denormals / audio.track.channels });
      default:
        return unmapped(metric, key, text);
    }
  });
}

interface Spoken {
  readonly n: number;
  readonly speech_s: number;
  readonly total_s: number;
  readonly segments: readonly (readonly [number, number])[];
}

/** Times of the reference begin at the track's first sample. */
function compareSpeech({ metric, value }: TruthRecord, { audio }: AudioResult): readonly Comparison[] {
  const expected = value as Spoken;
  const { speech, track } = audio;
  const segments = speech.segments ?? [];
  const seconds = (key: string, wanted: unknown, actual: unknown): Comparison =>
    withinAbsolute({ metric, key, expected: wanted, actual }, SPEECH_S, 's');
  return [
    exactly({ metric, key: 'n', expected: expected.n, actual: speech.segment_count }),
    seconds('speech_s', expected.speech_s, speech.speech_s),
    seconds('total_s', expected.total_s, track.duration_measured_s),
    ...expected.segments.flatMap(([start, end], index) => [
      seconds(`${index}.start`, start, (segments[index]?.start_s ?? Number.NaN) - track.start_s),
      seconds(`${index}.end`, end, (segments[index]?.end_s ?? Number.NaN) - track.start_s),
    ]),
  ];
}
