/**
 * Joins the measurements of all chunks into columns over the whole video.
 *
 * The first frame of a chunk was also decoded as the lead-out of the chunk before, where the frame before it was at
 * hand: its differences and its freeze flag come from there. Both saw the same picture, which their hashes prove.
 */
import { refusals } from '../../kinds/video/failures.ts';
import type { FrameColumns } from '../../kinds/video/frames.ts';
import { intervalsOf } from '../../kinds/video/frame-rate.ts';
import { countedOn, RESTARTING } from '../../kinds/video/joined-times.ts';
import type { FrameRecord } from '../../media/video/frame-record.ts';
import type { OutputRef, StepContext, StepOutput } from '../step-context.ts';
import { refuse } from '../ffmpeg/child-exit.ts';
import { readFrames } from './chunk-frames.ts';
import { ARTEFACTS, type ChunkDocument, type ProbeDocument, type StillDocument } from './documents.ts';

export interface JoinedStill extends StillDocument {
  /** Seconds from the container's start. */
  readonly time: number;
  /** Path of the file of stills that holds it. */
  readonly path: string;
}

export interface Joined {
  readonly frames: FrameColumns;
  readonly chunks: readonly ChunkDocument[];
  readonly outputs: readonly StepOutput[];
  readonly stills: readonly JoinedStill[];
  /** Seams where the two chunks did not see the same frame, seconds: something is wrong with seeking there. */
  readonly brokenSeams: readonly number[];
  /** Where times of the file jump that were counted on, seconds. */
  readonly timeJumps: readonly number[];
}

export async function joinChunks(
  context: StepContext,
  plan: ProbeDocument,
  refs: readonly OutputRef[],
): Promise<Joined> {
  const outputs: StepOutput[] = [];
  for (const ref of refs) outputs.push(await context.output(ref));
  const chunks = outputs.map((output) => output.document as ChunkDocument);
  const seconds = secondsOf(plan);
  const table = emptyColumns(chunks.reduce((sum, one) => sum + one.frames, 0));
  if (table.count === 0) throw refuse(refusals.undecodable(''));
  const brokenSeams: number[] = [];
  let [at, leadOut] = [0, null as FrameRecord | null];
  for (const [index, chunk] of chunks.entries()) {
    const records = await readFrames(artefactPath(outputs[index] as StepOutput, ARTEFACTS.frames.name));
    for (let i = 0; i < chunk.frames; i++, at++) {
      const own = records[i] as FrameRecord;
      const seam = i === 0 && index > 0;
      if (seam && leadOut?.signature !== own.signature) brokenSeams.push(seconds(own.pts));
      const record = seam && leadOut ? { ...leadOut, pts: own.pts } : own;
      fill(table, at, record, seconds(record.pts), chunk.gridPixels);
    }
    leadOut = chunk.leadOut ? (records[chunk.frames] ?? null) : null;
    context.progress({ done: at, total: table.count, unit: 'frames' });
  }
  const counted = RESTARTING.includes(plan.sniffed.demuxer) ? countedOn(table.time) : { ...table, jumps: [] };
  const { time, jumps } = counted;
  const stills = joinStills(plan, chunks, outputs, shownAt(table.time, time, seconds));
  const frames = { ...table, time, lastFrameSeconds: lastFrameSeconds(plan, table.time) };
  return { frames, chunks, outputs, stills, brokenSeams, timeJumps: jumps };
}

/** When the stills are shown, which come in the order of frames: after a jump the same ticks may come again. */
function shownAt(
  raw: Float64Array,
  time: Float64Array,
  seconds: (pts: number) => number,
): (pts: number) => number {
  let from = 0;
  return (pts) => {
    const at = raw.indexOf(seconds(pts), from);
    from = Math.max(from, at);
    return at < 0 ? seconds(pts) : (time[at] as number);
  };
}

/** As its packet says, if that is the last one: after a frame that could not be decoded none is known to stay. */
function lastFrameSeconds({ packets, timeBase, ...plan }: ProbeDocument, time: Float64Array): number {
  const { orderly, lastPts, endPts } = packets;
  const usual = intervalsOf(time)?.median_s ?? 1 / plan.framesPerSecond;
  if (!orderly || lastPts === null || endPts === null || endPts <= lastPts) return usual;
  const ticks = (seconds: number): number => (seconds * timeBase.den) / timeBase.num;
  const missed = lastPts - plan.originTicks - ticks(time.at(-1) ?? 0);
  return Math.abs(missed) < 0.5 ? ((endPts - lastPts) * timeBase.num) / timeBase.den : usual;
}

/** Ticks of the video stream as seconds from the container's start. */
function secondsOf(plan: ProbeDocument): (pts: number) => number {
  return (pts) => ((pts - plan.originTicks) * plan.timeBase.num) / plan.timeBase.den;
}

function artefactPath(output: StepOutput, name: string): string {
  const found = output.artefacts.find((artefact) => artefact.name === name);
  if (!found) throw new RangeError(`${output.step} left no artefact ${name}`);
  return found.path;
}

type Table = Omit<FrameColumns, 'lastFrameSeconds'>;

function emptyColumns(count: number): Table {
  return {
    count,
    time: new Float64Array(count),
    score: new Float64Array(count),
    luma: new Float32Array(count),
    saturation: new Float32Array(count),
    motion: new Float32Array(count),
    lumaMin: new Uint8Array(count),
    lumaMax: new Uint8Array(count),
    black: new Uint8Array(count),
    frozen: new Uint8Array(count),
  };
}

function fill(table: Table, at: number, record: FrameRecord, time: number, pixels: number): void {
  table.time[at] = time;
  // The mean of three means, in this order: the reference's doubles come out the same.
  const { hueChange, saturationChange, valueChange } = record;
  table.score[at] = (hueChange / pixels + saturationChange / pixels + valueChange / pixels) / 3;
  table.luma[at] = record.luma / pixels;
  table.saturation[at] = record.saturation / pixels;
  table.motion[at] = record.motion / pixels;
  table.lumaMin[at] = record.lumaMin;
  table.lumaMax[at] = record.lumaMax;
  table.black[at] = record.black ? 1 : 0;
  table.frozen[at] = record.frozen ? 1 : 0;
}

/** One still for each cell of time: a chunk that begins inside a cell brings one more, which is dropped. */
function joinStills(
  plan: ProbeDocument,
  chunks: readonly ChunkDocument[],
  outputs: readonly StepOutput[],
  timeOf: (pts: number) => number,
): readonly JoinedStill[] {
  const stills: JoinedStill[] = [];
  let [cell, last] = [Number.NaN, Number.NEGATIVE_INFINITY];
  chunks.forEach((chunk, index) => {
    const path = artefactPath(outputs[index] as StepOutput, ARTEFACTS.stills.name);
    for (const still of chunk.stills) {
      const own = Math.floor(still.pts / plan.stills.cellTicks);
      const time = timeOf(still.pts);
      if (own === cell || time <= last) continue;
      [cell, last] = [own, time];
      stills.push({ ...still, time, path });
    }
  });
  return stills;
}
