/**
 * Container, streams and packets, and the plan of chunks. Nothing is believed that a header says: dimensions come
 * from the first frame that decodes, durations from packets.
 */
import { refusals } from '../../kinds/video/failures.ts';
import type { ProbeInput, ProbeValue } from '../../kinds/video/flow.ts';
import { videoSettings } from '../../kinds/video/params.ts';
import { planChunks } from '../../kinds/video/plan.ts';
import { type Container, DEMUXERS } from '../../kinds/container/sniff.ts';
import type { TrustlessInput } from '../../media/ffmpeg/input.ts';
import type { StillsPlan } from '../../media/video/chunk-command.ts';
import type { Mp4Outline } from '../../media/video/mp4-boxes.ts';
import type { StepImplementation } from '../step-context.ts';
import { refuse } from '../ffmpeg/child-exit.ts';
import {
  type Probed,
  type ProbedFrame,
  type ProbedStream,
  number,
  orientationOf,
  quarterTurn,
  ratio,
} from '../ffmpeg/probed.ts';
import type { PacketScan, ProbeDocument } from './documents.ts';
import { probeStreams, scanPackets } from './ffprobe.ts';
import { inspect } from './inspect-file.ts';
import { packetScanner } from './packets.ts';
import { stillInterval, stillSize, timeBaseOf } from './probe-parse.ts';

/** Demuxers that find a position by time; in others a video is one chunk. */
const SEEKABLE: readonly string[] = ['mov', 'matroska', 'mpegts', 'flv', 'asf'];
export const probe: StepImplementation<ProbeInput, ProbeValue> = async (context, { params }) => {
  const { sniffed, outline } = await inspect(context);
  const input: TrustlessInput = { path: context.input.path, demuxer: sniffed.demuxer, demuxers: DEMUXERS };
  const complaints: string[] = [];
  const scanner = packetScanner();
  const [probed] = await Promise.all([
    probeStreams(context, input, complaints),
    scanPackets(context, input, scanner.line, () =>
      context.progress({ done: scanner.count(), unit: 'packets' }),
    ),
  ]);
  const stream = videoStreamOf(probed);
  const scan = scanner.result();
  const document = describe({
    sniffed,
    outline,
    probed,
    stream,
    scan,
    complaints,
    chunkSeconds: videoSettings(params).chunkSeconds,
  });
  return { value: valueOf(document, stream), document };
};

function isCover(stream: ProbedStream): boolean {
  return stream.disposition?.['attached_pic'] === 1;
}

function videoStreamOf(probed: Probed): ProbedStream {
  const found = probed.streams.find((stream) => stream.codec_type === 'video' && !isCover(stream));
  if (found) return found;
  const kinds = [
    ...new Set(probed.streams.map((one) => (isCover(one) ? 'a cover' : (one.codec_type ?? 'unknown')))),
  ];
  throw refuse(refusals.noVideo(kinds.join(', ')));
}

interface Findings {
  readonly sniffed: Container;
  readonly outline: Mp4Outline | null;
  readonly probed: Probed;
  readonly stream: ProbedStream;
  readonly scan: PacketScan;
  readonly complaints: readonly string[];
  readonly chunkSeconds: number;
}

function describe(findings: Findings): ProbeDocument {
  const { sniffed, outline, probed, stream, scan, complaints } = findings;
  const timeBase = timeBaseOf(stream);
  const frame = probed.frames.find((one) => one.stream_index === stream.index && one.width !== undefined);
  const picture = pictureOf(stream, frame);
  const orientation = shownAs(stream, frame);
  const startSeconds = number(probed.format.start_time) ?? 0;
  const seconds = (ticks: number): number => (ticks * timeBase.num) / timeBase.den;
  const measured =
    scan.endPts !== null && scan.firstPts !== null ? seconds(scan.endPts - scan.firstPts) : null;
  const durationSeconds = measured ?? number(stream.duration) ?? number(probed.format.duration) ?? 0;
  const { keyframeTimes, ...packets } = scan;
  const audio = probed.streams.find((one) => one.codec_type === 'audio' && (one.channels ?? 0) > 0);
  return {
    sniffed,
    outline,
    probed: { ...probed, frames: frame ? [frame] : [] },
    videoIndex: stream.index,
    audioIndex: audio?.index ?? null,
    timeBase,
    originTicks: Math.round((startSeconds * timeBase.den) / timeBase.num),
    picture,
    range: rangeOf(stream, picture),
    ...orientation,
    framesPerSecond: ratio(stream.avg_frame_rate) ?? ratio(stream.r_frame_rate) ?? 25,
    durationSeconds,
    packets,
    chunks: planChunks({
      keyframes: keyframeTimes,
      packets: scan.packets,
      timeBase,
      durationSeconds,
      chunkSeconds: findings.chunkSeconds,
      seekable: scan.orderly && SEEKABLE.includes(sniffed.demuxer),
    }),
    stills: stillsPlan(stream, picture, orientation, durationSeconds),
    complaints,
    tool: { name: 'ffprobe' },
  };
}

/** As the filters are given it, which work on luma and chroma: what was RGB becomes limited on the way there. */
function rangeOf(stream: ProbedStream, picture: ProbeDocument['picture']): ProbeDocument['range'] {
  if (/^(?:[abgrx0]*(?:rgb|bgr|gbr)|pal8)/.test(picture.pixelFormat ?? '')) return 'limited';
  return stream.color_range === 'pc' || picture.pixelFormat?.startsWith('yuvj') ? 'full' : 'limited';
}

function shownAs(stream: ProbedStream, frame: ProbedFrame | undefined) {
  const { degrees, mirrored } = orientationOf(stream, frame);
  return { rotation: quarterTurn(degrees), mirrored };
}

function stillsPlan(
  stream: ProbedStream,
  picture: ProbeDocument['picture'],
  orientation: Pick<StillsPlan, 'rotation' | 'mirrored'>,
  durationSeconds: number,
): ProbeDocument['stills'] {
  const { num, den } = timeBaseOf(stream);
  return {
    cellTicks: Math.max(1, Math.round((stillInterval(durationSeconds) * den) / num)),
    ...orientation,
    ...stillSize(picture, ratio(stream.sample_aspect_ratio), orientation.rotation),
  };
}

function pictureOf(stream: ProbedStream, frame: ProbedFrame | undefined): ProbeDocument['picture'] {
  const width = frame?.width ?? stream.width ?? 0;
  const height = frame?.height ?? stream.height ?? 0;
  if (width <= 0 || height <= 0) throw refuse(refusals.dimensions());
  return { width, height, pixelFormat: frame?.pix_fmt ?? stream.pix_fmt ?? null };
}

function valueOf(document: ProbeDocument, stream: ProbedStream): ProbeValue {
  return {
    chunks: document.chunks.length,
    hasAudio: document.audioIndex !== null,
    duration_s: Math.round(document.durationSeconds * 1000) / 1000,
    width_px: document.picture.width,
    height_px: document.picture.height,
    codec: stream.codec_name ?? 'unknown',
  };
}
