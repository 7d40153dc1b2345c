/** Brings together what one decode pass says about its frames: sums from the measuring child, flags from ffmpeg. */
import { open, writeFile } from 'node:fs/promises';
import type { ChunkRange } from '../../kinds/video/plan.ts';
import {
  type FrameRecord,
  readRecord,
  readSums,
  RECORD_BYTES,
  SUMS_BYTES,
  writeRecord,
} from '../../media/video/frame-record.ts';
import { StepFailure } from '../step-context.ts';
import { readMetadata } from '../ffmpeg/metadata-file.ts';

export interface ChunkFrames {
  /** Frames of the chunk; the lead-out is not among them. */
  readonly count: number;
  readonly leadOut: boolean;
  readonly firstPts: number | null;
  /** Times of all frames in ticks, the lead-out's last. */
  readonly pts: Float64Array;
  /** Bits: 1 black, 2 frozen. */
  readonly flags: Uint8Array;
  readonly sums: DataView;
}

const BLACK = 1;
const FROZEN = 2;

/** Reads frames.txt beside the sums of as many frames. A decoder that was ended may leave one list a little longer. */
export async function readFlags(path: string, sums: Buffer, range: ChunkRange): Promise<ChunkFrames> {
  const most = Math.floor(sums.length / SUMS_BYTES);
  const pts = new Float64Array(most);
  const flags = new Uint8Array(most);
  let [count, black, last] = [0, false, Number.NEGATIVE_INFINITY];
  for await (const { pts: at, entries } of readMetadata(path)) {
    if (count === most) break;
    if (entries.has('lavfi.black_start')) black = true;
    else if (entries.has('lavfi.black_end')) black = false;
    const frozen = count > 0 && !entries.has('lavfi.freezedetect.freeze_end');
    last = at ?? last + 1;
    pts[count] = last;
    flags[count] = (black ? BLACK : 0) | (frozen ? FROZEN : 0);
    count++;
  }
  if (count < most - 8) throw unequal(count, most);
  const leadOut = range.endPts !== null && count > 0 && pts[count - 1] === range.endPts;
  return {
    count: leadOut ? count - 1 : count,
    leadOut,
    firstPts: count > 0 ? (pts[0] as number) : null,
    pts: pts.subarray(0, count),
    flags: flags.subarray(0, count),
    sums: new DataView(sums.buffer, sums.byteOffset, sums.length),
  };
}

export async function writeFrames(path: string, frames: ChunkFrames): Promise<void> {
  const total = frames.pts.length;
  const bytes = new Uint8Array(total * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (let frame = 0; frame < total; frame++) {
    const flags = frames.flags[frame] as number;
    const record: FrameRecord = {
      ...readSums(frames.sums, frame * SUMS_BYTES),
      pts: frames.pts[frame] as number,
      black: (flags & BLACK) !== 0,
      frozen: (flags & FROZEN) !== 0,
    };
    writeRecord(record, view, frame * RECORD_BYTES);
  }
  await writeFile(path, bytes);
}

/** The records of a chunk's artefact, in order. */
export async function readFrames(path: string): Promise<readonly FrameRecord[]> {
  const file = await open(path);
  try {
    const bytes = await file.readFile();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: Math.floor(bytes.length / RECORD_BYTES) }, (_, at) =>
      readRecord(view, at * RECORD_BYTES),
    );
  } finally {
    await file.close();
  }
}

function unequal(flags: number, sums: number): StepFailure {
  return new StepFailure({
    code: 'MEASUREMENT_INCOMPLETE',
    message: `The decode pass measured ${sums} frames and described ${flags}.`,
    hint: 'The decoder was disturbed; the chunk is decoded again.',
    retry: 'backoff',
  });
}
