/** What deserves attention in a video. Each alert says its value and the threshold that it crossed. */
import type { VideoAlert, VideoResult } from './result.ts';

export const THRESHOLDS = {
  /** Shares and seconds by which what was measured may fall short of what was declared. */
  truncatedShare: 0.02,
  truncatedSeconds: 1,
  blackStartSeconds: 1,
  longFreezeSeconds: 5,
  silentShare: 0.99,
  loudLufs: -13,
  quietLufs: -27,
  truePeakDbtp: -1,
  audioVideoSeconds: 0.5,
} as const;

/** What alerts are judged by, beyond the result itself. */
export interface AlertEvidence {
  readonly extension: string | null;
  readonly extensionFits: boolean;
  /** The file ends before what its boxes or its index name. */
  readonly cutOff: boolean;
  readonly sampleEntry: { readonly width_px: number; readonly height_px: number } | null;
  readonly brokenSeams: readonly number[];
  readonly complaints: readonly string[];
}

type Judged = Pick<VideoResult, 'resource' | 'video'>;
type Rule = (result: Judged, evidence: AlertEvidence) => VideoAlert | null;

export function alertsOf(result: Judged, evidence: AlertEvidence): readonly VideoAlert[] {
  return [...FILE_RULES, ...PICTURE_RULES, ...SOUND_RULES]
    .map((rule) => rule(result, evidence))
    .filter((alert) => alert !== null);
}

/** Alerts that make a result partial: something that the file should hold was not analysed. */
export function isPartial(alerts: readonly VideoAlert[]): boolean {
  return alerts.some((alert) => alert.code === 'TRUNCATED' || alert.code === 'DECODE_ERRORS');
}

function alert(
  code: string,
  severity: VideoAlert['severity'],
  message: string,
  more: Partial<Pick<VideoAlert, 'where' | 'value' | 'threshold'>> = {},
): VideoAlert {
  return {
    code,
    severity,
    message,
    where: more.where ?? null,
    value: more.value ?? null,
    threshold: more.threshold ?? null,
  };
}

function analysed({ video }: Judged) {
  const stream = video.streams.find((one) => one.index === video.analysed_stream);
  return { stream, picture: stream?.video ?? null, measured: stream?.video?.measured ?? null };
}

const FILE_RULES: readonly Rule[] = [
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
  (result) => {
    const { container } = result.video;
    const declared = Math.max(container.duration_header_s ?? 0, container.duration_declared_s ?? 0);
    const far = declared > 2 * container.duration_measured_s + 10;
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
];

function truncated(result: Judged, { cutOff, complaints }: AlertEvidence): VideoAlert | null {
  const { stream, measured } = analysed(result);
  const says = complaints.some((line) => /partial file|truncat|Truncat|EOF|ended prematurely/.test(line));
  const declaredFrames = stream?.frames_declared ?? 0;
  const missingFrames = declaredFrames - (measured?.frames_decoded ?? 0);
  const declared = stream?.duration_declared_s ?? result.video.container.duration_declared_s ?? 0;
  const missing = declared - (measured?.duration_s ?? 0);
  const limit = Math.max(THRESHOLDS.truncatedSeconds, declared * THRESHOLDS.truncatedShare);
  const fewFrames = missingFrames > Math.max(2, declaredFrames * THRESHOLDS.truncatedShare);
  const tooShort = missing > limit && missing < declared * 0.999;
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

const PICTURE_RULES: readonly Rule[] = [
  (result) => {
    const measured = analysed(result).measured;
    return measured?.is_vfr
      ? alert('VFR', 'info', 'The distance between frames varies: frame numbers are no measure of time.', {
          value: measured.frame_interval_ms?.max ?? null,
          threshold: measured.frame_interval_ms?.median ?? null,
        })
      : null;
  },
  ({ video }) => {
    const first = video.technical.black[0];
    return first && first.start_s < 0.1 && first.duration_s >= THRESHOLDS.blackStartSeconds
      ? alert('BLACK_START', 'info', `The video begins with ${first.duration_s} s of black.`, {
          where: '0 s',
          value: first.duration_s,
          threshold: THRESHOLDS.blackStartSeconds,
        })
      : null;
  },
  ({ video }) => {
    // A black picture stands still by nature.
    const black = (part: { start_s: number; end_s: number }): boolean =>
      video.technical.black.some((one) => one.start_s <= part.start_s + 0.1 && one.end_s >= part.end_s - 0.1);
    const long = video.technical.freeze.filter(
      (one) => one.duration_s >= THRESHOLDS.longFreezeSeconds && !black(one),
    );
    const longest = long.reduce<(typeof long)[number] | null>(
      (a, b) => (a && a.duration_s >= b.duration_s ? a : b),
      null,
    );
    return longest
      ? alert('LONG_FREEZE', 'warning', `The picture stands still for ${longest.duration_s} s.`, {
          where: `${longest.start_s} s`,
          value: longest.duration_s,
          threshold: THRESHOLDS.longFreezeSeconds,
        })
      : null;
  },
  ({ video }) => {
    const { detected, crop, share } = video.technical.letterbox;
    return detected && crop
      ? alert(
          'LETTERBOXED',
          'info',
          `The picture has black bars; without them it is ${crop.width_px}x${crop.height_px}.`,
          {
            value: share,
            threshold: 0.5,
          },
        )
      : null;
  },
  ({ video }) => {
    const verdict = video.technical.interlacing?.verdict;
    return verdict?.startsWith('interlaced') || verdict === 'mixed'
      ? alert('INTERLACED', 'warning', `The first frames are ${verdict.replace('_', ' ')}.`, {
          value: verdict,
          threshold: 'progressive',
        })
      : null;
  },
  (result) => {
    const hdr = analysed(result).picture?.hdr;
    return hdr
      ? alert('HDR', 'info', `The video is ${hdr.format}; without conversion it looks pale.`, {
          value: hdr.format,
        })
      : null;
  },
  (result) => {
    const rotation = analysed(result).picture?.rotation_deg ?? 0;
    return rotation % 90 === 0
      ? null
      : alert('ODD_ROTATION', 'warning', `The picture is to be turned by ${rotation} degrees.`, {
          value: rotation,
          threshold: 90,
        });
  },
];

const SOUND_RULES: readonly Rule[] = [
  ({ video }) => (video.audio ? null : alert('NO_AUDIO', 'info', 'The file has no audio track.')),
  ({ video }) => {
    if (!video.audio) return null;
    const silent =
      video.audio.loudness.integrated_lufs === null || video.audio.silence_ratio >= THRESHOLDS.silentShare;
    return silent
      ? alert('SILENT_AUDIO', 'warning', 'The audio track is silent.', {
          value: video.audio.silence_ratio,
          threshold: THRESHOLDS.silentShare,
        })
      : null;
  },
  ({ video }) => {
    const integrated = video.audio?.loudness.integrated_lufs ?? null;
    if (integrated === null) return null;
    if (integrated > THRESHOLDS.loudLufs) {
      return alert(
        'LOUD',
        'info',
        `The sound is louder (${integrated} LUFS) than streaming platforms play it.`,
        {
          value: integrated,
          threshold: THRESHOLDS.loudLufs,
        },
      );
    }
    return integrated < THRESHOLDS.quietLufs
      ? alert('QUIET', 'info', `The sound is quieter (${integrated} LUFS) than broadcasters ask for.`, {
          value: integrated,
          threshold: THRESHOLDS.quietLufs,
        })
      : null;
  },
  ({ video }) => {
    const peak = video.audio?.loudness.true_peak_dbtp ?? null;
    return peak !== null && peak > THRESHOLDS.truePeakDbtp
      ? alert('TRUE_PEAK', 'warning', `The true peak of ${peak} dBTP will clip in players and encoders.`, {
          value: peak,
          threshold: THRESHOLDS.truePeakDbtp,
        })
      : null;
  },
  ({ video }) => {
    if (!video.audio) return null;
    const difference = Math.abs(video.audio.duration_measured_s - video.container.duration_measured_s);
    return difference > THRESHOLDS.audioVideoSeconds
      ? alert(
          'AV_DURATION_MISMATCH',
          'warning',
          `Sound and picture differ in length by ${difference.toFixed(2)} s.`,
          {
            value: Math.round(difference * 1000) / 1000,
            threshold: THRESHOLDS.audioVideoSeconds,
          },
        )
      : null;
  },
];
