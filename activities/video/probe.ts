/**
 * Container, streams and packets, and the plan of chunks. Nothing is believed that a header says: dimensions come
 * from the first frame that decodes, durations from packets.
 */
import { open } from 'node:fs/promises';
import { refusals } from '../../kinds/video/failures.ts';
import type { ProbeInput, ProbeValue } from '../../kinds/video/flow.ts';
import { videoSettings } from '../../kinds/video/params.ts';
import { planChunks } from '../../kinds/video/plan.ts';
import { type Container, DEMUXERS, SNIFF_BYTES, sniff } from '../../kinds/video/sniff.ts';
import { demuxerArguments, fileArgument, type TrustlessInput } from '../../media/video/ffmpeg-input.ts';
import { type Mp4Outline, readMp4Outline } from '../../media/video/mp4-boxes.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';
import { DECODER_LIMITS, plainLine, refuse, throwIfKilled } from './child-exit.ts';
import type { PacketScan, Probed, ProbeDocument, ProbedFrame, ProbedStream } from './documents.ts';
import { packetScanner } from './packets.ts';
import {
  number,
  parseProbed,
  quarterTurn,
  ratio,
  rotationOf,
  stillInterval,
  stillSize,
  timeBaseOf,
} from './probe-parse.ts';

/** Demuxers that find a position by time; in others a video is one chunk. */
const SEEKABLE: readonly string[] = ['mov', 'matroska', 'mpegts', 'flv', 'asf'];
/** Packets that are looked at for a first decoded frame. */
const FIRST_PACKETS = '%+#40';
const MOST_COMPLAINTS = 20;
/** Statically linked builds of ffprobe crash when they load the system's character converters: they find none. */
const PROBE_ENVIRONMENT = { GCONV_PATH: '/var/empty' } as const;

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

async function inspect(
  context: StepContext,
): Promise<{ readonly sniffed: Container; readonly outline: Mp4Outline | null }> {
  const file = await open(context.input.path);
  try {
    const head = Buffer.alloc(Math.min(SNIFF_BYTES, context.input.bytes));
    await file.read(head, 0, head.length, 0);
    const sniffed = sniff(head);
    switch (sniffed.is) {
      case 'empty':
        throw refuse(refusals.empty());
      case 'text':
        throw refuse(refusals.text());
      case 'playlist':
        throw refuse(refusals.playlist(sniffed.format));
      case 'image':
        throw refuse(refusals.image(sniffed.format));
      case 'unknown':
        throw refuse(refusals.unknown());
      case 'container': {
        const outline = sniffed.demuxer === 'mov' ? await readMp4Outline(file, context.input.bytes) : null;
        const entry = outline?.sample_entry;
        if (entry && (entry.width_px === 0 || entry.height_px === 0)) throw refuse(refusals.dimensions());
        const declared = outline?.sample_entry;
        // The pictures may decode all the same, but no player shows them.
        if (declared && declared.width_px * declared.height_px === 0) throw refuse(refusals.dimensions());
        return { sniffed, outline };
      }
    }
  } finally {
    await file.close();
  }
}

/** Streams as the demuxer finds them, and the first frame that decodes, apart: decoding would refine what is declared. */
async function probeStreams(
  context: StepContext,
  input: TrustlessInput,
  complaints: string[],
): Promise<Probed> {
  const [declared, decoded] = await Promise.all([
    ffprobeJson(context, input, ['-show_format', '-show_streams', '-show_chapters'], complaints),
    ffprobeJson(
      context,
      input,
      ['-select_streams', 'V:0', '-show_frames', '-read_intervals', FIRST_PACKETS],
      [],
    ),
  ]);
  const probed = declared && { ...declared, frames: decoded?.frames ?? [] };
  if (!probed || probed.streams.length === 0) throw refuse(refusals.undecodable(reasonOf(complaints)));
  return probed;
}

async function ffprobeJson(
  context: StepContext,
  input: TrustlessInput,
  show: readonly string[],
  complaints: string[],
): Promise<Probed | null> {
  const output: Buffer[] = [];
  const ffprobe = [context.tools.ffprobe, '-v', 'error', '-of', 'json'] as const;
  const exit = await context.child({
    title: 'ffprobe',
    pipeline: [
      {
        argv: [...ffprobe, ...show, ...demuxerArguments(input), '-i', fileArgument(input)],
        env: PROBE_ENVIRONMENT,
      },
    ],
    directory: context.directory,
    readable: [context.input.path],
    limits: { ...DECODER_LIMITS, wallMs: 120_000, stdoutBytes: 64 * 1024 * 1024 },
    onStdout: (bytes) => void output.push(bytes),
    onStderrLine: (line) => note(complaints, plainLine(line, context.input)),
  });
  throwIfKilled(exit, 'ffprobe');
  return parse(Buffer.concat(output).toString('utf8'));
}

function parse(text: string): Probed | null {
  try {
    return parseProbed(text);
  } catch {
    return null; // ffprobe was refused by the file before it wrote anything whole; its complaint says why.
  }
}

async function scanPackets(
  context: StepContext,
  input: TrustlessInput,
  line: (line: string) => void,
  progress: () => void,
): Promise<void> {
  let rest = '';
  const exit = await context.child({
    title: 'ffprobe packets',
    pipeline: [
      {
        argv: [
          ...([context.tools.ffprobe, '-v', 'quiet', '-select_streams', 'V:0', '-of', 'csv=p=0'] as const),
          ...['-show_entries', 'packet=pts,dts,duration,size,pos,flags'],
          ...[...demuxerArguments(input), '-i', fileArgument(input)],
        ],
        env: PROBE_ENVIRONMENT,
      },
    ],
    directory: context.directory,
    readable: [context.input.path],
    limits: DECODER_LIMITS,
    onStdout: (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(line);
      progress();
    },
  });
  throwIfKilled(exit, 'ffprobe');
  line(rest);
}

function note(complaints: string[], complaint: string): void {
  if (complaints.length < MOST_COMPLAINTS && complaint.trim() !== '') complaints.push(complaint);
}

function reasonOf(complaints: readonly string[]): string {
  const all = complaints.join('\n');
  if (/moov atom not found/.test(all))
    return 'its index (moov) is missing, so the end of the file was probably cut off';
  if (/Invalid data found/.test(all)) return 'its data is damaged';
  return '';
}

function isCover(stream: ProbedStream): boolean {
  return stream.disposition?.['attached_pic'] === 1;
}

function videoStreamOf(probed: Probed): ProbedStream {
  const found = probed.streams.find((stream) => stream.codec_type === 'video' && !isCover(stream));
  if (found) return found;
  const kinds = [...new Set(probed.streams.map((stream) => stream.codec_type ?? 'unknown'))];
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
  const rotation = quarterTurn(rotationOf(stream, frame));
  const startSeconds = number(probed.format.start_time) ?? 0;
  const seconds = (ticks: number): number => (ticks * timeBase.num) / timeBase.den;
  const measured =
    scan.endPts !== null && scan.firstPts !== null ? seconds(scan.endPts - scan.firstPts) : null;
  const durationSeconds = measured ?? number(stream.duration) ?? number(probed.format.duration) ?? 0;
  const { keyframeTimes, ...packets } = scan;
  const interval = stillInterval(durationSeconds);
  const full = stream.color_range === 'pc' || (picture.pixelFormat ?? '').startsWith('yuvj');
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
    range: full ? 'full' : 'limited',
    rotation,
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
    stills: {
      cellTicks: Math.max(1, Math.round((interval * timeBase.den) / timeBase.num)),
      rotation,
      ...stillSize(picture, ratio(stream.sample_aspect_ratio), rotation),
    },
    complaints,
    tool: { name: 'ffprobe' },
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
