/** What the join knows of the stream whose pictures were decoded. */
import type { FrameIntervals } from '../../kinds/video/frame-rate.ts';
import { rounded } from '../../kinds/segment.ts';
import type { DecodedPicture } from '../ffmpeg/container-section.ts';
import type { ProbeDocument } from './documents.ts';

export interface Measured {
  readonly frames: number;
  readonly decodeErrors: number;
  readonly durationSeconds: number;
  /** Null for fewer than two frames. */
  readonly intervals: FrameIntervals | null;
}

export function decodedPicture(plan: ProbeDocument, measured: Measured): DecodedPicture {
  return { ...plan.picture, frame: plan.probed.frames[0], measured: measuredSection(plan, measured) };
}

function measuredSection(plan: ProbeDocument, measured: Measured): DecodedPicture['measured'] {
  const { packets } = plan;
  const ms = (seconds: number): number => rounded(seconds * 1000, 3);
  const { intervals, durationSeconds: seconds } = measured;
  return {
    frames_decoded: measured.frames,
    packets: packets.packets,
    decode_errors: measured.decodeErrors,
    duration_s: rounded(seconds),
    bitrate_bps: seconds > 0 ? Math.round((packets.bytes * 8) / seconds) : null,
    is_vfr: intervals?.is_vfr ?? false,
    frame_interval_ms: intervals && {
      min: ms(intervals.min_s),
      median: ms(intervals.median_s),
      max: ms(intervals.max_s),
    },
    gop:
      packets.gopMean === null || packets.gopMax === null
        ? null
        : {
            keyframes: packets.keyframes,
            mean_frames: rounded(packets.gopMean, 3),
            max_frames: packets.gopMax,
          },
  };
}
