/** Writes an audio track as 16 kHz mono for models of speech: of all channels the loudest sample, as 32-bit floats. */
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMUXERS } from '../../kinds/container/sniff.ts';
import { foldChannels } from '../../media/video/fold-channels.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
} from '../../media/ffmpeg/input.ts';
import { number } from '../ffmpeg/probed.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import type { ProbeDocument } from './documents.ts';

export const SAMPLE_RATE_HZ = 16_000;
/** Longer tracks are listened to for so long: half a day is 2.8 GB of samples on the disk. */
const MOST_S = 12 * 3_600;
const MOST_CHANNELS = 8;
/** Samples are folded as they come and not kept. */
const STREAMED_BYTES = 64 * 1024 ** 3;

export const NO_SAMPLES = {
  status: 'skipped',
  reason: 'no_samples',
  hint: 'Nothing of the audio track decodes; convert the file and submit that.',
} as const;

export interface MonoTrack {
  readonly duration_s: number;
  /** True when the track is longer than what was written. */
  readonly cutShort: boolean;
}

/** For as long as `work` takes: a film's samples take more room than all its other findings. */
export async function withLoudestChannel<Found>(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
  work: (track: MonoTrack & { readonly path: string }) => Promise<Found>,
): Promise<Found> {
  const path = join(context.directory, 'speech.f32');
  try {
    const track = await writeLoudestChannel(context, plan, streamIndex, path);
    return await work({ ...track, path });
  } finally {
    await rm(path, { force: true });
  }
}

/** Progress counts seconds of sound. Throws a StepFailure when the decoder crashes or reaches a limit. */
export async function writeLoudestChannel(
  context: StepContext,
  plan: ProbeDocument,
  streamIndex: number,
  path: string,
): Promise<MonoTrack> {
  const channels = channelsOf(plan, streamIndex);
  const file = await open(path, 'w');
  const fold = foldChannels(channels);
  let samples = 0;
  try {
    const exit = await context.child({
      title: 'ffmpeg speech samples',
      pipeline: [
        { argv: [context.tools.ffmpeg, ...sampleArguments(context.input.path, plan, streamIndex, channels)] },
      ],
      directory: context.directory,
      readable: [context.input.path],
      limits: { ...DECODER_LIMITS, stdoutBytes: STREAMED_BYTES },
      onStdout: async (bytes) => {
        const mono = fold(bytes);
        await file.write(mono);
        samples += mono.length / 4;
        context.progress({
          done: Math.floor(samples / SAMPLE_RATE_HZ),
          total: Math.ceil(plan.durationSeconds),
          unit: 's',
        });
      },
    });
    throwIfKilled(exit, 'ffmpeg');
  } finally {
    await file.close();
  }
  const duration = samples / SAMPLE_RATE_HZ;
  return { duration_s: duration, cutShort: duration >= MOST_S };
}

/** Seconds from the container's start to the first sample. */
export function startOfTrack(plan: ProbeDocument, streamIndex: number): number {
  const stream = plan.probed.streams.find((one) => one.index === streamIndex);
  const origin = number(plan.probed.format.start_time) ?? 0;
  return (number(stream?.start_time) ?? origin) - origin;
}

/** Channels that come and go in the middle of a track are mixed to this number by ffmpeg. */
function channelsOf(plan: ProbeDocument, streamIndex: number): number {
  const stream = plan.probed.streams.find((one) => one.index === streamIndex);
  return Math.max(1, Math.min(MOST_CHANNELS, stream?.channels ?? 1));
}

function sampleArguments(
  path: string,
  plan: ProbeDocument,
  streamIndex: number,
  channels: number,
): readonly string[] {
  const input = { path, demuxer: plan.sniffed.demuxer, demuxers: DEMUXERS };
  return [
    ...ffmpegArguments(),
    ...['-vn', '-sn', '-dn', ...decoderArguments(), ...demuxerArguments(input), '-i', fileArgument(input)],
    ...['-map', `0:${streamIndex}`, '-ar', String(SAMPLE_RATE_HZ), '-ac', String(channels)],
    ...['-t', String(MOST_S), '-f', 'f32le', 'pipe:1'],
  ];
}
