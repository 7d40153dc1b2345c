/** ffprobe's description of a file against ours. */
import type { ContainerSection } from '../../kinds/container/schema.ts';
import { type Comparison, exactly, type TruthRecord, withinRelative } from './compare.ts';
import { type Stream, time, unmapped, type Values } from './reading.ts';

/** The parts of a result that say what ffprobe says. */
export interface ProbedResult {
  readonly bytes: number;
  readonly container: ContainerSection;
  readonly streams: readonly Stream[];
}

export function compareProbe(record: TruthRecord, result: ProbedResult): readonly Comparison[] {
  const { format, streams } = record.value as { format: Values; streams: readonly Values[] };
  return [
    ...compareFormat(record.metric, format, result),
    ...streams.flatMap((expected, position) => {
      const actual = result.streams.find((stream) => stream.index === (expected['index'] ?? position));
      return compareStream(record.metric, `streams.${position}`, expected, actual);
    }),
  ];
}

function compareFormat(
  metric: string,
  format: Values,
  { container, bytes }: ProbedResult,
): readonly Comparison[] {
  return Object.entries(format).flatMap(([key, expected]) => {
    const at = `format.${key}`;
    switch (key) {
      case 'format_name':
        return exactly({ metric, key: at, expected, actual: container.format_names });
      case 'size':
        return exactly({ metric, key: at, expected: Number(expected), actual: bytes });
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
