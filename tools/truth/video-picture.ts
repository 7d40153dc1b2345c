/** Reference answers about the picture: segments, fields, cuts. */
import type { VideoResult } from '../../kinds/video/result.ts';
import { type Comparison, exactly, type TruthRecord, withinAbsolute } from './compare.ts';
import { PRINTED_TIME_S, pictureOf, pictureOffset, type Values, VERSION_COUNT } from './reading.ts';

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

export function parseSegments(values: readonly Values[]): readonly PartialSegment[] {
  return values.map((value) =>
    Object.fromEntries(
      Object.entries(value).map(([key, number]) => [SEGMENT_KEYS[key] ?? key, Number(number)]),
    ),
  );
}

/** freezedetect prints start, duration and end one by one. */
export function joinFreezes(values: readonly Values[]): readonly PartialSegment[] {
  const joined: Record<string, number>[] = [];
  for (const segment of parseSegments(values)) {
    if (segment.start_s !== undefined) joined.push({});
    Object.assign(joined.at(-1) ?? {}, segment);
  }
  return joined;
}

/** Same number of segments, each edge within a frame: the join rounds nothing, decoders of one format are exact. */
export function compareSegments(
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
export function compareIdet({ metric, value }: TruthRecord, { video }: VideoResult): readonly Comparison[] {
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
export function compareCuts({ metric, value }: TruthRecord, result: VideoResult): readonly Comparison[] {
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
