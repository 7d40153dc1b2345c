/** Scans the packets of the video stream: times, keyframes and where the data ends. */
import type { PacketScan } from './documents.ts';

export interface PacketScanner {
  /** A line of ffprobe's CSV: pts,dts,duration,size,pos,flags. */
  readonly line: (line: string) => void;
  readonly result: () => PacketScan;
  readonly count: () => number;
}

export function packetScanner(): PacketScanner {
  const keyframeTimes: { pts: number; packetsBefore: number }[] = [];
  const keyframePositions: number[] = [];
  let [packets, bytes, endOfData] = [0, 0, 0];
  const shown = timesShown();
  let lastDts = Number.NEGATIVE_INFINITY;
  let orderly = true;
  return {
    count: () => packets,
    line(line) {
      const [pts, dts, duration, size, position, flags] = line.split(',');
      if (flags === undefined) return;
      const at = pts === 'N/A' ? null : Number(pts);
      if (at === null || !Number.isFinite(at)) orderly = false;
      // What an edit list discards is decoded for others to lean on, and not shown.
      else if (!flags.includes('D')) {
        shown.add(at, Number(duration) || 0);
        if (flags.startsWith('K')) keyframeTimes.push({ pts: at, packetsBefore: packets });
      }
      if (flags.startsWith('K')) keyframePositions.push(packets);
      if (dts !== 'N/A' && Number(dts) < lastDts) orderly = false;
      lastDts = dts === 'N/A' ? lastDts : Number(dts);
      bytes += Number(size) || 0;
      endOfData = Math.max(endOfData, (Number(position) || 0) + (Number(size) || 0));
      packets++;
    },
    result: () => ({
      packets,
      keyframes: keyframePositions.length,
      bytes,
      ...groupsOfPictures(keyframePositions, packets),
      ...shown.result(),
      orderly: orderly && risesOnly(keyframeTimes),
      endOfData,
      keyframeTimes,
    }),
  };
}

/** When the first and the last frame are shown, and until when. */
function timesShown() {
  let firstPts = Number.POSITIVE_INFINITY;
  let [lastPts, endPts] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const finite = (pts: number): number | null => (Number.isFinite(pts) ? pts : null);
  return {
    add(pts: number, duration: number): void {
      firstPts = Math.min(firstPts, pts);
      lastPts = Math.max(lastPts, pts);
      endPts = Math.max(endPts, pts + duration);
    },
    result: () => ({ firstPts: finite(firstPts), lastPts: finite(lastPts), endPts: finite(endPts) }),
  };
}

/** Lengths of groups of pictures, from the positions of keyframes among the packets. */
function groupsOfPictures(
  positions: readonly number[],
  packets: number,
): Pick<PacketScan, 'gopMean' | 'gopMax'> {
  const longest = positions.reduce(
    (most, at, index) => Math.max(most, (positions[index + 1] ?? packets) - at),
    0,
  );
  if (positions.length === 0) return { gopMean: null, gopMax: null };
  return { gopMean: packets / positions.length, gopMax: longest };
}

function risesOnly(keyframes: readonly { readonly pts: number }[]): boolean {
  return keyframes.every((keyframe, index) => index === 0 || keyframe.pts > (keyframes[index - 1]?.pts ?? 0));
}
