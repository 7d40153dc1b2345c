/** How ffmpeg and ffprobe are told to open a file that nobody trusts. */
import { availableParallelism } from 'node:os';

export interface TrustlessInput {
  /** Absolute path; the `file:` prefix keeps names with a colon from being read as a protocol. */
  readonly path: string;
  /** Pinned by the file's first bytes: nothing is guessed from the content by the decoder. */
  readonly demuxer: string;
  /** Every demuxer that may be opened at all, also from inside others. */
  readonly demuxers: readonly string[];
}

/** No single allocation may be larger: an 8K picture of 16-bit samples takes 200 MB. */
const MOST_ALLOCATION_BYTES = 1024 ** 3;
const MOST_PIXELS = 16_384 * 16_384;
const MOST_STREAMS = 128;

/** Options of the input itself, without `-i`. */
export function demuxerArguments(input: TrustlessInput): readonly string[] {
  return [
    ...['-protocol_whitelist', 'file', '-format_whitelist', input.demuxers.join(',')],
    ...['-max_streams', String(MOST_STREAMS), '-f', input.demuxer],
  ];
}

export function fileArgument(input: TrustlessInput): string {
  return `file:${input.path}`;
}

/** Options that ffmpeg takes before anything else. */
export function ffmpegArguments(logLevel: 'error' | 'info' = 'error'): readonly string[] {
  return [
    '-nostdin',
    '-hide_banner',
    '-nostats',
    '-v',
    logLevel,
    '-max_alloc',
    String(MOST_ALLOCATION_BYTES),
  ];
}

/** Options of the decoder, before `-i`. */
export function decoderArguments(): readonly string[] {
  return ['-threads', String(decoderThreads()), '-max_pixels', String(MOST_PIXELS)];
}

/**
 * One core is left to the filters and to the measuring child, which work beside the decoder. More than four threads
 * cost memory and gain little.
 */
function decoderThreads(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1));
}
