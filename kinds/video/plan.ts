/**
 * Cuts a video into chunks at keyframes.
 *
 * A chunk covers the frames with `startPts <= pts < endPts` and also decodes the frame at `endPts`, the first one of
 * the next chunk: its difference to the frame before is measured here, where that frame is at hand. So no chunk needs
 * a lead-in, and every chunk begins decoding at a keyframe.
 */

export interface ChunkRange {
  /** Null: from the beginning. */
  readonly startPts: number | null;
  /** Null: to the end. */
  readonly endPts: number | null;
  /** Packets of the range, for progress. */
  readonly packets: number;
}

export interface TimeBase {
  readonly num: number;
  readonly den: number;
}

/** With the other steps, a run stays under 1,000 step instances. */
const MOST_CHUNKS = 900;

export interface ChunkPlanInput {
  /** Presentation times of all keyframes, ascending, and how many packets lie before each. */
  readonly keyframes: readonly { readonly pts: number; readonly packetsBefore: number }[];
  readonly packets: number;
  readonly timeBase: TimeBase;
  readonly durationSeconds: number;
  readonly chunkSeconds: number;
  /** False: times jump or a position in the file cannot be found, so everything is one chunk. */
  readonly seekable: boolean;
}

/** At least one chunk; chunks are at least `chunkSeconds` long, except the last one. */
export function planChunks(input: ChunkPlanInput): readonly ChunkRange[] {
  const whole: ChunkRange = { startPts: null, endPts: null, packets: input.packets };
  const first = input.keyframes[0];
  if (!input.seekable || !first) return [whole];
  const targetSeconds = Math.max(input.chunkSeconds, input.durationSeconds / MOST_CHUNKS);
  const target = (targetSeconds * input.timeBase.den) / input.timeBase.num;
  const starts = [first];
  for (const keyframe of input.keyframes) {
    const last = starts.at(-1) as typeof first;
    if (keyframe.pts - last.pts >= target) starts.push(keyframe);
  }
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return {
      startPts: index === 0 ? null : start.pts,
      endPts: next?.pts ?? null,
      packets: (next?.packetsBefore ?? input.packets) - (index === 0 ? 0 : start.packetsBefore),
    };
  });
}
