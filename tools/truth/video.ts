/**
 * Which part of a video's result holds what a reference tool measured.
 *
 * Times: our zero is the container's start, the references' is the first packet of the stream that they were asked
 * for (ffmpeg, in transport streams) or the first frame (PySceneDetect). Times of the picture are therefore compared
 * from its first frame on wherever the file is a transport stream.
 */
import type { VideoResult } from '../../kinds/video/result.ts';
import { type Comparison, exactly, type Mapping, type TruthRecord } from './compare.ts';
import { compareCuts, compareIdet, compareSegments, joinFreezes, parseSegments } from './video-picture.ts';
import { compareProbe } from './probe.ts';
import { pictureOf, type Values } from './reading.ts';
import { compareLoudness, comparePreciseLoudness, compareSilence } from './sound.ts';

type Compare = (record: TruthRecord, result: VideoResult) => readonly Comparison[];

/** Keys of a reference's value that our result does not mean to have, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {};

export const videoMapping: Mapping = (record, result) =>
  videoMetrics[record.metric]?.(record, result as VideoResult);

const videoMetrics: Readonly<Record<string, Compare>> = {
  sha256: ({ metric, value }, { resource }) => [
    exactly({ metric, key: '', expected: value, actual: resource.sha256 }),
  ],
  ffprobe: (record, { video, resource }) => compareProbe(record, { ...video, bytes: resource.bytes }),
  decoded_video_frames: ({ metric, value }, result) => {
    // ffprobe prints a stream again for each programme that has it, and a comma where it has side data.
    const expected = Number.parseInt(String(value), 10);
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
  ebur128: (record, { video }) => compareLoudness(record, video.audio?.loudness),
  ebur128_metadata_3dp: (record, { video }) => comparePreciseLoudness(record, video.audio?.loudness),
  'silence_-50dB_0.5s': (record, { video }) => compareSilence(record, video.audio?.silence ?? []),
};
