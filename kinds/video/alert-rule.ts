/** What a rule for an alert is given, and how it says what it found. */
import type { VideoAlert, VideoResult } from './result.ts';

export const THRESHOLDS = {
  /** Shares and seconds by which what was measured may fall short of what was declared. */
  truncatedShare: 0.02,
  truncatedSeconds: 1,
  blackStartSeconds: 1,
  longFreezeSeconds: 5,
  silentShare: 0.99,
  silentPeakDbfs: -70,
  loudLufs: -13,
  quietLufs: -27,
  truePeakDbtp: -1,
  audioVideoSeconds: 0.5,
  /** Of a text that stays: a logo or a watermark. */
  persistentShare: 0.6,
  persistentKeyframes: 5,
} as const;

/** What alerts are judged by, beyond the result itself. */
export interface AlertEvidence {
  readonly extension: string | null;
  readonly extensionFits: boolean;
  /** The file ends before what its boxes or its index name. */
  readonly cutOff: boolean;
  readonly sampleEntry: { readonly width_px: number; readonly height_px: number } | null;
  readonly brokenSeams: readonly number[];
  /** Where times jump, seconds: lengths that are the distance of the first time and the last say nothing then. */
  readonly timeJumps: readonly number[];
  readonly complaints: readonly string[];
  /** Of the audio track, where there is one. */
  readonly sound: {
    readonly decodes: boolean;
    readonly errors: number;
    /** What the loudness was measured over, where the format changes on the way; else null. */
    readonly lastPartSeconds: number | null;
  } | null;
  /** Seconds of the audio track that were listened to, where it is longer; else null. */
  readonly speechCutShortSeconds: number | null;
}

export type Judged = Pick<VideoResult, 'resource' | 'video'>;
export type Rule = (result: Judged, evidence: AlertEvidence) => VideoAlert | null;

export { alert } from '../alert.ts';

/** The stream that was analysed, with its picture and what was measured of it. */
export function analysed({ video }: Judged) {
  const stream = video.streams.find((one) => one.index === video.analysed_stream);
  return { stream, picture: stream?.video ?? null, measured: stream?.video?.measured ?? null };
}
