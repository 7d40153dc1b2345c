/** Small films, made by the bundled ffmpeg, and what can be wrong with them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { findMediaTools } from '../../../media/ffmpeg-tools.ts';

export interface Clip {
  readonly source?: string;
  readonly audio?: 'none' | 'tone';
  /** Options of the output, before its name. */
  readonly output?: readonly string[];
}

const { ffmpeg } = await findMediaTools({ searchPath: process.env['PATH'] });

function runFfmpeg(argv: readonly string[]): void {
  execFileSync(ffmpeg.path, ['-nostdin', '-v', 'error', '-y', ...argv], { timeout: 60_000 });
}

/** 3 s of a moving test picture, 160x120, 25 frames a second, H.264 with its index in front, unless told otherwise. */
export function clip(path: string, { source, audio = 'none', output = [] }: Clip = {}): string {
  runFfmpeg([
    ...['-f', 'lavfi', '-i', source ?? 'testsrc=size=160x120:rate=25:duration=3'],
    ...(audio === 'tone' ? ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'] : []),
    ...(path.endsWith('.mp4')
      ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart']
      : []),
    ...output,
    `file:${path}`,
  ]);
  return path;
}

/** The sample entry's dimensions and the track header's are overwritten; the coded pictures keep theirs. */
export function declareDimensions(path: string, width: number, height: number): string {
  const bytes = readFileSync(path);
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'));
  bytes.writeUInt16BE(width, entry + 28);
  bytes.writeUInt16BE(height, entry + 30);
  const track = bytes.indexOf('tkhd');
  const end = track - 4 + bytes.readUInt32BE(track - 4);
  bytes.writeUInt32BE(width * 65_536, end - 8);
  bytes.writeUInt32BE(height * 65_536, end - 4);
  writeFileSync(path, bytes);
  return path;
}

/** The movie header says 49 days. */
export function declareDuration(path: string): string {
  const bytes = readFileSync(path);
  bytes.writeUInt32BE(0xfffffffe, bytes.indexOf('mvhd') + 20);
  writeFileSync(path, bytes);
  return path;
}

/** Without a decodable picture size anywhere: raw pictures have the container's only. */
export function withoutSize(path: string): string {
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('YUV4MPEG2 W0 H0 F25:1 Ip A1:1 C420jpeg\nFRAME\n'), Buffer.alloc(64)]),
  );
  return path;
}

/** An AVI of raw pictures whose format block says 0x0. */
export function rawWithoutSize(path: string): string {
  clip(path, {
    source: 'testsrc=size=32x32:rate=5:duration=1',
    output: ['-c:v', 'rawvideo', '-pix_fmt', 'bgr24', '-f', 'avi'],
  });
  const bytes = readFileSync(path);
  const format = bytes.indexOf('strf') + 8;
  bytes.writeUInt32LE(0, format + 4);
  bytes.writeUInt32LE(0, format + 8);
  writeFileSync(path, bytes);
  return path;
}

export function truncated(path: string, share: number): string {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  return path;
}

/** Behind the first third, one byte in 1,500 is turned round. */
export function damaged(path: string): string {
  const bytes = readFileSync(path);
  for (let at = Math.floor(bytes.length / 3); at < bytes.length; at += 1500)
    bytes[at] = ~(bytes[at] ?? 0) & 0xff;
  writeFileSync(path, bytes);
  return path;
}
