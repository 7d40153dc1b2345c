/** Alerts about the picture. */
import { alert, analysed, type Rule, THRESHOLDS } from './alert-rule.ts';

export const PICTURE_RULES: readonly Rule[] = [
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
      ? alert('BLACK_START', 'info', `The video begins with ${first.duration_s.toFixed(1)} s of black.`, {
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
      ? alert('LONG_FREEZE', 'warning', `The picture stands still for ${longest.duration_s.toFixed(1)} s.`, {
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
