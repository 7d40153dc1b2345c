/**
 * Which part of a video's result holds what a reference tool measured.
 *
 * Times: our zero is the container's start, the references' is the first packet of the stream that they were asked
 * for (ffmpeg, in transport streams) or the first frame (PySceneDetect). Times of the picture are therefore compared
 * from its first frame on wherever the file is a transport stream.
 */
import type { VideoResult } from '../../kinds/video/result.ts';
import {
  type Comparison,
  exactly,
  type Mapping,
  type TruthRecord,
  withinAbsolute,
  withinRelative,
} from './compare.ts';

type Values = Readonly<Record<string, unknown>>;
type Compare = (record: TruthRecord, result: VideoResult) => readonly Comparison[];
type Stream = VideoResult['video']['streams'][number];

/** Tolerances, each with its reason. */
const PRINTED_TIME_S = 0.0011; // Printed with three decimals by one tool or the other.
const PRINTED_LOUDNESS = 0.1; // The reference's summary has one decimal; decoders round lossy sound differently.
const PRECISE_LOUDNESS = 0.0015; // Three decimals, rounded by both.
const LINEAR_PEAK = 0.0011; // Linear, three decimals, rounded by both.
const SILENCE_S = 0.0011; // Thresholds are crossed at a sample; decoders differ in the last bit of lossy sound.
const VERSION_COUNT = 0.01; // idet's counts change with ffmpeg's version.

/** Keys of a reference's value that our result does not mean to have, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {};

export const videoMapping: Mapping = (record, result) =>
  videoMetrics[record.metric]?.(record, result as VideoResult);

export const videoMetrics: Readonly<Record<string, Compare>> = {
  sha256: ({ metric, value }, { resource }) => [
    exactly({ metric, key: '', expected: value, actual: resource.sha256 }),
  ],
  ffprobe: compareProbe,
  decoded_video_frames: ({ metric, value }, result) => {
    // ffprobe prints a stream again for each programme that has it.
    const expected = Number(String(value).split('\n')[0]);
    return [
      exactly({
        metric,
        key: 'frames',
        expected,
        actual: pictureOf(result)?.video?.measured?.frames_decoded,
      }),
    ];
  },
  black_segments: (record, result) =>
    compareSegments(
      record,
      parseSegments(record.value as readonly Values[]),
      result.video.technical.black,
      result,
    ),
  freeze_segments: (record, result) =>
    compareSegments(
      record,
      joinFreezes(record.value as readonly Values[]),
      // The reference prints no end for a freeze that lasts until the video ends.
      result.video.technical.freeze.map((one) => (one.open_ended ? { start_s: one.start_s } : one)),
      result,
    ),
  cropdetect_last_first300: ({ metric, value }, { video }) => [
    exactly({ metric, key: '', expected: value, actual: video.technical.letterbox.first_300_frames }),
  ],
  idet_first300: compareIdet,
  'pyscenedetect_detect-content': compareCuts,
  ebur128: compareLoudness,
  ebur128_metadata_3dp: comparePreciseLoudness,
  'silence_-50dB_0.5s': compareSilence,
};

function pictureOf({ video }: VideoResult): Stream | undefined {
  return video.streams.find((stream) => stream.index === video.analysed_stream);
}

/** Seconds to take off a time of the picture, so that it counts as the references count. */
function pictureOffset({ video }: VideoResult): number {
  return video.container.format === 'mpegts' ? (video.shots[0]?.start_s ?? 0) : 0;
}

function compareProbe(record: TruthRecord, result: VideoResult): readonly Comparison[] {
  const { format, streams } = record.value as { format: Values; streams: readonly Values[] };
  return [
    ...compareFormat(record.metric, format, result),
    ...streams.flatMap((expected, position) => {
      const actual = result.video.streams.find((stream) => stream.index === (expected['index'] ?? position));
      return compareStream(record.metric, `streams.${position}`, expected, actual);
    }),
  ];
}

function compareFormat(
  metric: string,
  format: Values,
  { video, resource }: VideoResult,
): readonly Comparison[] {
  const { container } = video;
  return Object.entries(format).flatMap(([key, expected]) => {
    const at = `format.${key}`;
    switch (key) {
      case 'format_name':
        return exactly({ metric, key: at, expected, actual: container.format_names });
      case 'size':
        return exactly({ metric, key: at, expected: Number(expected), actual: resource.bytes });
      case 'duration':
        return time(metric, at, expected, container.duration_declared_s);
      case 'start_time':
        return time(metric, at, expected, container.start_s);
      case 'bit_rate':
        return withinRelative(
          { metric, key: at, expected: Number(expected), actual: container.bitrate_bps },
          1e-3,
        );
      case 'tags':
        return compareTags(metric, at, expected, container.tags);
      default:
        return unmapped(metric, at, expected);
    }
  });
}

const STREAM_FIELDS: Readonly<Record<string, (stream: Stream) => unknown>> = {
  index: ({ index }) => index,
  codec_type: ({ type }) => type,
  codec_name: ({ codec }) => codec,
  profile: ({ profile }) => profile,
  level: ({ level }) => level,
  width: ({ video }) => video?.width_px,
  height: ({ video }) => video?.height_px,
  coded_width: ({ video }) => video?.coded_width_px,
  coded_height: ({ video }) => video?.coded_height_px,
  pix_fmt: ({ video }) => video?.pix_fmt,
  field_order: ({ video }) => video?.field_order,
  sample_aspect_ratio: ({ video }) => video?.sar,
  display_aspect_ratio: ({ video }) => video?.dar,
  has_b_frames: ({ video }) => video?.b_frames,
  color_range: ({ video }) => video?.color.range,
  color_space: ({ video }) => video?.color.space,
  color_transfer: ({ video }) => video?.color.transfer,
  color_primaries: ({ video }) => video?.color.primaries,
  // Pictures have a rate, sound has none: ffprobe prints 0/0 there.
  avg_frame_rate: ({ video }) => video?.fps_avg_ratio ?? '0/0',
  r_frame_rate: ({ video }) => video?.fps_r_ratio ?? '0/0',
  channels: ({ audio }) => audio?.channels,
  channel_layout: ({ audio }) => audio?.layout,
  sample_fmt: ({ audio }) => audio?.sample_format,
};

function compareStream(
  metric: string,
  path: string,
  stream: Values,
  actual: Stream | undefined,
): readonly Comparison[] {
  if (!actual) return [exactly({ metric, key: path, expected: stream, actual: null })];
  return Object.entries(stream).flatMap(([key, expected]) => {
    const at = `${path}.${key}`;
    const field = STREAM_FIELDS[key];
    if (field) return exactly({ metric, key: at, expected, actual: field(actual) });
    switch (key) {
      case 'nb_frames':
        return exactly({ metric, key: at, expected: Number(expected), actual: actual.frames_declared });
      case 'sample_rate':
        return exactly({ metric, key: at, expected: Number(expected), actual: actual.audio?.rate_hz });
      case 'duration':
        return time(metric, at, expected, actual.duration_declared_s);
      case 'start_time':
        return time(metric, at, expected, actual.start_s);
      case 'bit_rate':
        return withinRelative(
          { metric, key: at, expected: Number(expected), actual: actual.bitrate_bps },
          1e-3,
        );
      case 'tags':
        return compareTags(metric, at, expected, actual.tags);
      default:
        return unmapped(metric, at, expected);
    }
  });
}

function compareTags(metric: string, path: string, expected: unknown, actual: Values): readonly Comparison[] {
  return Object.entries((expected ?? {}) as Values).map(([key, value]) =>
    exactly({ metric, key: `${path}.${key}`, expected: value, actual: actual[key] }),
  );
}

function time(metric: string, key: string, expected: unknown, actual: number | null): Comparison {
  return withinAbsolute({ metric, key, expected: Number(expected), actual }, PRINTED_TIME_S, 's');
}

/** A key that nothing is known about never agrees: somebody has to decide. */
function unmapped(metric: string, key: string, expected: unknown): Comparison {
  return { metric, key, expected, actual: null, difference: null, tolerance: 'unmapped key', agrees: false };
}

interface PartialSegment {
  readonly start_s?: number;
  readonly end_s?: number;
  readonly duration_s?: number;
}

const SEGMENT_KEYS: Readonly<Record<string, keyof PartialSegment>> = {
  start: 'start_s',
  end: 'end_s',
  dur: 'duration_s',
  duration: 'duration_s',
};

function parseSegments(values: readonly Values[]): readonly PartialSegment[] {
  return values.map((value) =>
    Object.fromEntries(
      Object.entries(value).map(([key, number]) => [SEGMENT_KEYS[key] ?? key, Number(number)]),
    ),
  );
}

/** freezedetect prints start, duration and end one by one. */
function joinFreezes(values: readonly Values[]): readonly PartialSegment[] {
  const joined: Record<string, number>[] = [];
  for (const segment of parseSegments(values)) {
    if (segment.start_s !== undefined) joined.push({});
    Object.assign(joined.at(-1) ?? {}, segment);
  }
  return joined;
}

/** Same number of segments, each edge within a frame: the join rounds nothing, decoders of one format are exact. */
function compareSegments(
  { metric }: TruthRecord,
  expected: readonly PartialSegment[],
  actual: readonly PartialSegment[],
  result: VideoResult,
): readonly Comparison[] {
  const offset = pictureOffset(result);
  const count = exactly({ metric, key: 'count', expected: expected.length, actual: actual.length });
  const edges = expected.flatMap((segment, index) =>
    Object.entries(segment).map(([key, value]) => {
      const own = actual[index]?.[key as keyof PartialSegment];
      const shifted = own === undefined || key === 'duration_s' ? own : own - offset;
      return withinAbsolute(
        { metric, key: `${index}.${key}`, expected: value, actual: shifted },
        PRINTED_TIME_S,
        's',
      );
    }),
  );
  return [count, ...edges];
}

const IDET_LINES: Readonly<Record<string, 'repeated' | 'single' | 'multiple'>> = {
  'Repeated Fields': 'repeated',
  'Single frame detection': 'single',
  'Multi frame detection': 'multiple',
};

/** Counts of kinds of frames; a verdict that moves with ffmpeg's version moves a few frames of all those looked at. */
function compareIdet({ metric, value }: TruthRecord, { video }: VideoResult): readonly Comparison[] {
  const { interlacing } = video.technical;
  return Object.entries(value as Readonly<Record<string, string>>).flatMap(([line, text]) => {
    const counts = interlacing?.[IDET_LINES[line] ?? 'single'] as Values | undefined;
    const entries = [...text.matchAll(/(\w+):\s*(\d+)/g)];
    const frames = entries.reduce((sum, entry) => sum + Number(entry[2]), 0);
    return entries.map(([, name = '', count = '']) => {
      const subject = {
        metric,
        key: `${line}.${name}`,
        expected: Number(count),
        actual: counts?.[name.toLowerCase()],
      };
      return withinAbsolute(subject, Math.ceil(frames * VERSION_COUNT), 'frames (1 % of those looked at)');
    });
  });
}

/** Hard cuts exactly; the rest within a frame (frame rates that are no whole number make times drift by less). */
function compareCuts({ metric, value }: TruthRecord, result: VideoResult): readonly Comparison[] {
  const expected = value as {
    scenes: number;
    cuts: number;
    cut_frames_1based: readonly number[];
    cut_times: readonly number[];
  };
  const { shots } = result.video;
  const cuts = shots.slice(1);
  const fps = pictureOf(result)?.video?.fps_avg ?? 25;
  // The reference counts frames: its times begin with the first frame, whenever that is shown.
  const first = shots[0]?.start_s ?? 0;
  return [
    exactly({ metric, key: 'scenes', expected: expected.scenes, actual: shots.length }),
    exactly({ metric, key: 'cuts', expected: expected.cuts, actual: cuts.length }),
    ...expected.cut_frames_1based.map((frame, index) => {
      const actual = cuts[index] && (cuts[index]?.start_frame ?? 0) + 1;
      return withinAbsolute(
        { metric, key: `cut_frames_1based.${index}`, expected: frame, actual },
        1,
        'frame',
      );
    }),
    ...expected.cut_times.map((at, index) => {
      const cut = cuts[index];
      const actual = cut && cut.start_s - first;
      return withinAbsolute(
        { metric, key: `cut_times.${index}`, expected: at, actual },
        1 / fps + PRINTED_TIME_S,
        's',
      );
    }),
  ];
}

type Loudness = NonNullable<VideoResult['video']['audio']>['loudness'];

const LOUDNESS_FIELDS: Readonly<Record<string, readonly [keyof Loudness, string]>> = {
  I_LUFS: ['integrated_lufs', 'LUFS'],
  LRA_LU: ['lra_lu', 'LU'],
  LRA_low: ['lra_low_lufs', 'LUFS'],
  LRA_high: ['lra_high_lufs', 'LUFS'],
  I_threshold: ['threshold_lufs', 'LUFS'],
  sample_peak_dBFS: ['sample_peak_dbfs', 'dBFS'],
  true_peak_dBFS: ['true_peak_dbtp', 'dBTP'],
};

function compareLoudness({ metric, value }: TruthRecord, { video }: VideoResult): readonly Comparison[] {
  return Object.entries(value as Values).map(([key, expected]) => {
    const [field, unit] = LOUDNESS_FIELDS[key] ?? [];
    if (!field || !unit) return unmapped(metric, key, expected);
    const actual = video.audio?.loudness[field];
    return (
      ofSilence(metric, key, expected, actual) ??
      withinAbsolute({ metric, key, expected, actual }, PRINTED_LOUDNESS, unit)
    );
  });
}

/** ["lavfi.r128.I=-23.000", ...]; the peaks are linear there. */
function comparePreciseLoudness(
  { metric, value }: TruthRecord,
  { video }: VideoResult,
): readonly Comparison[] {
  const loudness = video.audio?.loudness;
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

function compareSilence({ metric, value }: TruthRecord, { video }: VideoResult): readonly Comparison[] {
  const expected = value as readonly (readonly [string, number])[];
  const actual = (video.audio?.silence ?? []).flatMap((one) => [
    ['start', one.start_s] as const,
    ['end', one.end_s] as const,
  ]);
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
