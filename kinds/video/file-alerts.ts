/** Alerts about the file: what it declares, and what it holds. */
import { type AlertEvidence, alert, analysed, type Judged, type Rule, THRESHOLDS } from './alert-rule.ts';
import type { VideoAlert } from './result.ts';

type Stream = Judged['video']['streams'][number];

export const FILE_RULES: readonly Rule[] = [
  ({ resource }, { extension, extensionFits }) =>
    extensionFits
      ? null
      : alert(
          'EXTENSION_MISMATCH',
          'warning',
          `The name ends in .${extension}, the content is ${resource.detectedType.container}.`,
          { value: extension ?? '', threshold: resource.detectedType.container },
        ),
  truncated,
  (result, { timeJumps }) => {
    const { container } = result.video;
    const declared = Math.max(container.duration_header_s ?? 0, container.duration_declared_s ?? 0);
    const far = timeJumps.length === 0 && declared > 2 * container.duration_measured_s + 10;
    return far
      ? alert('DURATION_MISMATCH', 'warning', 'The header declares a duration that the file does not have.', {
          value: declared,
          threshold: container.duration_measured_s,
        })
      : null;
  },
  (result) => {
    const errors = analysed(result).measured?.decode_errors ?? 0;
    return errors > 0
      ? alert(
          'DECODE_ERRORS',
          'warning',
          `The decoder reported ${errors} errors; parts may be missing or damaged.`,
          {
            value: errors,
            threshold: 0,
          },
        )
      : null;
  },
  (result, { sampleEntry }) => {
    const picture = analysed(result).picture;
    const same = sampleEntry?.width_px === picture?.width_px && sampleEntry?.height_px === picture?.height_px;
    if (!sampleEntry || !picture || same) return null;
    return alert(
      'DIMENSION_MISMATCH',
      'warning',
      'The header declares other dimensions than the pictures have.',
      {
        value: `${picture.width_px}x${picture.height_px}`,
        threshold: `${sampleEntry.width_px}x${sampleEntry.height_px}`,
      },
    );
  },
  ({ video }) =>
    video.container.faststart === false
      ? alert(
          'NOT_FASTSTART',
          'info',
          'The index is at the end: players must fetch it before they can start.',
        )
      : null,
  (_, { brokenSeams }) =>
    brokenSeams.length > 0
      ? alert(
          'SEAM_MISMATCH',
          'warning',
          'Two chunks decoded different pictures for the same time: seeking in this file is not exact.',
          {
            where: `${brokenSeams[0]} s`,
            value: brokenSeams.length,
            threshold: 0,
          },
        )
      : null,
  (_, { timeJumps }) =>
    timeJumps.length > 0
      ? alert(
          'TIME_JUMPS',
          'info',
          'The times in the file jump, as where streams were joined: they were counted on from there.',
          { where: `${timeJumps[0]} s`, value: timeJumps.length, threshold: 0 },
        )
      : null,
];

function truncated(result: Judged, { cutOff, complaints, timeJumps }: AlertEvidence): VideoAlert | null {
  const { stream, picture, measured } = analysed(result);
  const says = complaints.some((line) => /partial file|truncat|Truncat|EOF|ended prematurely/.test(line));
  const declaredFrames = stream?.frames_declared ?? 0;
  const missingFrames = declaredFrames - (measured?.frames_decoded ?? 0);
  const { declared, missing } = lengthOf(result);
  const limit = Math.max(THRESHOLDS.truncatedSeconds, declared * THRESHOLDS.truncatedShare);
  // Frames are also counted that an edit list leaves out, or that hold nothing: without them no time is missing.
  const fewFrames =
    missingFrames > Math.max(2, declaredFrames * THRESHOLDS.truncatedShare) &&
    missing > 2 / (picture?.fps_avg ?? 25);
  const tooShort = timeJumps.length === 0 && missing > limit && missing < declared * 0.999;
  if (!cutOff && !says && !fewFrames && !tooShort) return null;
  return alert(
    'TRUNCATED',
    'warning',
    'The file ends before the video that it declares: only what is there was analysed.',
    {
      value: measured?.duration_s ?? null,
      threshold: declared,
    },
  );
}

/** What is declared, seconds, and how much of it is not there. */
function lengthOf(result: Judged): { readonly declared: number; readonly missing: number } {
  const { video } = result;
  const { stream, measured } = analysed(result);
  const own = stream && (stream.duration_declared_s ?? taggedDuration(stream));
  if (typeof own === 'number') return { declared: own, missing: own - (measured?.duration_s ?? 0) };
  // A container is as long as the longest of its streams: of those that were not measured nothing is known.
  const declared = video.container.duration_declared_s ?? 0;
  const unmeasured = ({ index, type, cover }: Stream): boolean =>
    index !== video.analysed_stream && index !== video.audio?.stream_index && !cover && type !== 'data';
  const sound = video.streams.find((one) => one.index === video.audio?.stream_index);
  const soundStart = (sound?.start_s ?? 0) - (video.container.start_s ?? 0);
  const ends = [video.shots.at(-1)?.end_s ?? 0, soundStart + (video.audio?.duration_measured_s ?? 0)];
  return { declared, missing: video.streams.some(unmeasured) ? 0 : declared - Math.max(...ends) };
}

/** Matroska's writers note where each stream ends, as 00:01:02.500000000. */
function taggedDuration({ tags, start_s }: Stream): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(tags['DURATION'] ?? '') ?? [];
  if (seconds === undefined) return null;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) - Math.max(0, start_s ?? 0);
}
