/**
 * The one decode pass over a chunk of a video: an ffmpeg command that feeds every detector from each decoded frame.
 *
 *     frames -> (range) -> black and freeze -> frames.txt     a line of metadata and flags for every frame
 *                       -> grid samples     -> stdout         for the measuring child
 *                       -> stills           -> stills.mjpeg   the first frame of each cell of time, and crops.txt
 *            -> first 300 (first chunk)     -> head.txt       field order and crop
 *
 * `d=0` makes blackdetect and freezedetect tell every change, so that the minimum length is decided in the join.
 * Nothing is duplicated or dropped on the way (`-fps_mode passthrough`), and a change of the picture's size in the
 * stream is scaled away instead of starting all filters anew (`-reinit_filter 0`).
 */
import type { ColourRange } from './colour.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
  type TrustlessInput,
} from '../ffmpeg/input.ts';
import { type Grid, sampledSize } from './grid.ts';

export interface StillsPlan {
  /** Length of a cell of time in ticks: one still is taken of each. */
  readonly cellTicks: number;
  readonly width: number;
  readonly height: number;
  /** Turn for display, clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** From left to right, after the turn. */
  readonly mirrored: boolean;
}

export interface ChunkCommand {
  readonly input: TrustlessInput;
  readonly streamIndex: number;
  readonly width: number;
  readonly height: number;
  readonly range: ColourRange;
  readonly grid: Grid;
  readonly startPts: number | null;
  /** The frame at this time is decoded too, nothing after it. */
  readonly endPts: number | null;
  /** Where to start reading, seconds as the file counts them; null: at its beginning. */
  readonly seekSeconds: number | null;
  readonly stills: StillsPlan;
  readonly acceleration: { readonly name: 'cuda'; readonly device: number } | null;
  /** Raw 16-bit maps in the working directory, for grids that need them. */
  readonly maps: TapMapNames;
}

export type TapMapNames = Readonly<Record<'lumaX' | 'lumaY' | 'chromaX' | 'chromaY', string>>;

export const CHUNK_FILES = {
  frames: 'frames.txt',
  crops: 'crops.txt',
  head: 'head.txt',
  stills: 'stills.mjpeg',
} as const;
const HEAD_FRAMES = 300;

/** Arguments after the program's name; run it in a directory of its own. */
export function chunkArguments(command: ChunkCommand): readonly string[] {
  const passthrough = ['-fps_mode', 'passthrough'];
  const head = command.startPts === null;
  return [
    ...ffmpegArguments(),
    '-y',
    ...accelerated(command.acceleration),
    ...decoderArguments(),
    ...demuxerArguments(command.input),
    ...(command.seekSeconds === null ? [] : seekTo(command.seekSeconds)),
    ...['-copyts', '-noautorotate', '-reinit_filter', '0', '-i', fileArgument(command.input)],
    ...(command.grid.sampling === 'gather' ? mapInputs(command) : []),
    ...['-filter_complex', chunkGraph(command)],
    ...['-map', '[flags]', ...passthrough, '-f', 'null', '-'],
    ...['-map', '[samples]', ...passthrough, '-f', 'rawvideo', 'pipe:1'],
    ...['-map', '[stills]', ...passthrough, '-c:v', 'mjpeg', '-q:v', '3', '-f', 'mjpeg', CHUNK_FILES.stills],
    ...(head ? ['-map', '[head]', ...passthrough, '-f', 'null', '-'] : []),
  ];
}

/** Frames come back to the processor, where the filters are. */
function accelerated(acceleration: ChunkCommand['acceleration']): readonly string[] {
  return acceleration ? ['-hwaccel', acceleration.name, '-hwaccel_device', String(acceleration.device)] : [];
}

/** Rounded up by a microsecond at most, so that the frame at that very time is not missed. */
function seekTo(seconds: number): readonly string[] {
  return ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', (Math.ceil(seconds * 1e6) / 1e6).toFixed(6)];
}

function chunkGraph(command: ChunkCommand): string {
  const { startPts, endPts, width, height } = command;
  const bounds = [
    ...(startPts === null ? [] : [`start_pts=${startPts}`]),
    ...(endPts === null ? [] : [`end_pts=${endPts + 1}`]),
  ];
  const source = `[0:${command.streamIndex}]scale=${width}:${height}`;
  const inRange = bounds.length > 0 ? `trim=${bounds.join(':')},` : '';
  const head = `[first]trim=end_frame=${HEAD_FRAMES},idet,${oriented(command.stills)}cropdetect=limit=24:round=2:reset=0,${print(CHUNK_FILES.head)},${TOKEN}[head]`;
  return [
    startPts === null ? `${source},split=2[all][first]` : `${source}[all]`,
    `[all]${inRange}split=3[a][b][c]`,
    `[a]blackdetect=d=0:pix_th=0.10:pic_th=0.98,freezedetect=n=-60dB:d=0,` +
      `metadata=mode=add:key=frame:value=1,${print(CHUNK_FILES.frames)},${TOKEN}[flags]`,
    ...(command.grid.sampling === 'point' ? [pointSamples(command)] : gatherSamples()),
    stillsBranch(command.stills),
    ...(startPts === null ? [head] : []),
  ].join(';');
}

function print(file: string): string {
  return `metadata=mode=print:file=${file}`;
}

/**
 * Only the metadata of these branches is wanted, and ffmpeg keeps what comes out of them while it waits for the next
 * still: seconds of whole pictures would be half a gigabyte of a 4K video.
 */
const TOKEN = 'scale=16:16:flags=neighbor';

/** Nearest-neighbour scaling reads exactly the grid's taps, chroma included. */
function pointSamples({ grid, range }: ChunkCommand): string {
  const format = range === 'full' ? 'yuvj444p' : 'yuv444p';
  return `[b]scale=${grid.width}:${grid.height}:flags=neighbor:in_range=${range}:out_range=${range},format=${format}[samples]`;
}

/** Each plane is gathered by a map of positions; times are counted anew so that the still maps stay in step. */
function gatherSamples(): readonly string[] {
  return [
    '[b]format=yuv420p|yuvj420p,settb=1/25,setpts=N,extractplanes=y+u+v[y][u][v]',
    '[3:v]split[ux][vx]',
    '[4:v]split[uy][vy]',
    '[y][1:v][2:v]remap[sy]',
    '[u][ux][uy]remap[su]',
    '[v][vx][vy]remap[sv]',
    '[sy][su][sv]mergeplanes=0x001020:yuv444p[samples]',
  ];
}

function mapInputs({ grid, maps }: ChunkCommand): readonly string[] {
  const { width, height } = sampledSize(grid);
  const size = ['-f', 'rawvideo', '-pixel_format', 'gray16le', '-video_size', `${width}x${height}`];
  return [maps.lumaX, maps.lumaY, maps.chromaX, maps.chromaY].flatMap((file) => [
    ...size,
    '-i',
    `file:${file}`,
  ]);
}

/** Filters that turn a picture for display, by degrees clockwise. */
const TURNS = {
  0: '',
  90: 'transpose=clock,',
  180: 'hflip,vflip,',
  270: 'transpose=cclock,',
} as const;

/** Filters that show a picture as it is meant, each with the comma behind it. */
export function oriented({ rotation, mirrored }: Pick<StillsPlan, 'rotation' | 'mirrored'>): string {
  return `${TURNS[rotation]}${mirrored ? 'hflip,' : ''}`;
}

/** The first frame of each cell; integer times in doubles, so that the same rule elsewhere picks the same frames. */
function stillsBranch({ cellTicks, width, height, ...orientation }: StillsPlan): string {
  const cell = (pts: string): string => `floor(${pts}/${cellTicks})`;
  return (
    `[c]select='isnan(prev_pts)+gt(${cell('pts')}\\,${cell('prev_pts')})',` +
    `${oriented(orientation)}cropdetect=limit=24:round=2:skip=0:reset=1,${print(CHUNK_FILES.crops)},` +
    `scale=${width}:${height}:flags=area:out_range=full,format=yuvj420p,settb=1/25,setpts=N[stills]`
  );
}
