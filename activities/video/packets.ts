/** Scans the packets of the video stream: times, keyframes, distances between frames. 8 bytes a packet are kept. */
import type { TimeBase } from '../../kinds/video/plan.ts';
import type { PacketScan } from './documents.ts';

export interface PacketScanner {
  /** A line of ffprobe's CSV: pts,dts,duration,size,pos,flags. */
  readonly line: (line: string) => void;
  readonly result: (timeBase: TimeBase) => PacketScan;
  readonly count: () => number;
}

export function packetScanner(): PacketScanner {
  const times: number[] = [];
  const keyframeTimes: { pts: number; packetsBefore: number }[] = [];
  const keyframePositions: number[] = [];
  let [packets, bytes, endOfData, endPts] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  let lastDts = Number.NEGATIVE_INFINITY;
  let orderly = true;
  return {
    count: () => packets,
    line(line) {
      const [pts, dts, duration, size, position, flags] = line.split(',');
      if (flags === undefined) return;
      const at = pts === 'N/A' ? null : Number(pts);
      if (at === null || !Number.isFinite(at)) orderly = false;
      else {
        times.push(at);
        endPts = Math.max(endPts, at + (Number(duration) || 0));
        if (flags.startsWith('K')) keyframeTimes.push({ pts: at, packetsBefore: packets });
      }
      if (flags.startsWith('K')) keyframePositions.push(packets);
      if (dts !== 'N/A' && Number(dts) < lastDts) orderly = false;
      lastDts = dts === 'N/A' ? lastDts : Number(dts);
      bytes += Number(size) || 0;
      endOfData = Math.max(endOfData, (Number(position) || 0) + (Number(size) || 0));
      packets++;
    },
    result(timeBase) {
      const ascending = Float64Array.from(times).sort();
      const gops = keyframePositions.map((at, index) => (keyframePositions[index + 1] ?? packets) - at);
      return {
        packets,
        keyframes: keyframePositions.length,
        bytes,
        gopMean: gops.length > 0 ? packets / gops.length : null,
        gopMax: gops.reduce<number | null>((most, gop) => Math.max(most ?? 0, gop), null),
        firstPts: ascending[0] ?? null,
        endPts: Number.isFinite(endPts) ? endPts : null,
        ...distances(ascending, timeBase),
        orderly: orderly && risesOnly(keyframeTimes),
        endOfData,
        keyframeTimes,
      };
    },
  };
}

function risesOnly(keyframes: readonly { readonly pts: number }[]): boolean {
  return keyframes.every((keyframe, index) => index === 0 || keyframe.pts > (keyframes[index - 1]?.pts ?? 0));
}

/** Containers with millisecond clocks round 41.67 to 41 or 42: that is no variable rate. */
const ROUNDING_S = 0.002;
const TOLERATED_SHARE = 0.005;

function distances(
  times: Float64Array,
  timeBase: TimeBase,
): Pick<PacketScan, 'medianDelta' | 'shortestDelta' | 'longestDelta' | 'isVfr'> {
  if (times.length < 2) return { medianDelta: null, shortestDelta: null, longestDelta: null, isVfr: false };
  const deltas = new Float64Array(times.length - 1);
  for (let i = 0; i < deltas.length; i++) deltas[i] = (times[i + 1] as number) - (times[i] as number);
  deltas.sort();
  const median = deltas[deltas.length >> 1] as number;
  const allowed = Math.max((ROUNDING_S * timeBase.den) / timeBase.num, median * 0.05);
  const odd = deltas.reduce((count, delta) => count + (Math.abs(delta - median) > allowed ? 1 : 0), 0);
  return {
    medianDelta: median,
    shortestDelta: deltas[0] as number,
    longestDelta: deltas[deltas.length - 1] as number,
    isVfr: odd > Math.max(1, deltas.length * TOLERATED_SHARE),
  };
}
