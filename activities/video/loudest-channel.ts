/** Writes an audio track as 16 kHz mono for speech detection: of all channels the loudest sample, as 32-bit floats. */
import { open } from 'node:fs/promises';
import { DEMUXERS } from '../../kinds/container/sniff.ts';
import { foldChannels } from '../../media/video/fold-channels.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
} from '../../media/ffmpeg/input.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import type { ProbeDocument } from './documents.ts';

export const SAMPLE_RATE_HZ = 16_000;
/** Longer tracks are listened to for so long: half a day is 2.8 GB of samples on the disk. */
const MOST_S = 12 * 3_600;
const MOST_CHANNELS = 8;
/** Samples are folded as they come and not kept. */
const STREAMED_BYTES = 64 * 1024 ** 3;

export interface MonoTrack {
  readonly duration_s: number;
  /** True when the track is longer than what was written. */
  readonly cutShort: boolean;
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
