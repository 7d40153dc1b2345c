/**
 * The track as models of speech want it: one channel of 16 kHz. That is the mixdown, or, where the channels of a stereo
 * track cancel each other in it, the louder channel alone.
 */
import { join } from 'node:path';
import { mixOf } from '../../kinds/audio/speech-mix.ts';
import { ffmpegArguments } from '../../media/ffmpeg/input.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import type { StepContext } from '../step-context.ts';
import { channelPower } from './channel-power.ts';
import type { ProbeDocument, SpeechMix } from './documents.ts';
import { LARGE_FRAMES, soundInput } from './feed.ts';

const PCM = 'speech.f32';
export const RATE_HZ = 16_000;
/** Two days of it. */
const MOST_PCM_BYTES = 48 * 3_600 * RATE_HZ * 4;

export const TOO_LONG = {
  status: 'skipped',
  reason: 'track_too_long',
  hint: 'Cut the track into parts of a day each.',
} as const;

export interface SpeechSamples {
  readonly pcmPath: string;
  readonly mix: SpeechMix;
}

/** Null where the track is longer than its file may be. */
export async function writeSpeechSamples(
  context: StepContext,
  plan: ProbeDocument,
): Promise<SpeechSamples | null> {
  const mix = await writePcm(context, plan);
  return mix && { pcmPath: join(context.directory, PCM), mix };
}

async function writePcm(context: StepContext, plan: ProbeDocument): Promise<SpeechMix | null> {
  const { channels } = plan.decoded;
  // Channels that stand nowhere in particular are mixed alike.
  const all = Array.from({ length: channels }, (_, channel) => `c${channel}`).join('+');
  const alike = plan.decoded.layout === null ? `pan=mono|c0<${all}` : null;
  const track = `0:${plan.stream.index}`;
  const mono = ['-map', track, '-ac', '1', '-ar', String(RATE_HZ), '-f', 'f32le', PCM];
  if (channels !== 2) {
    const written = await convert(context, plan, [...(alike ? ['-af', alike] : []), ...mono], () => {});
    return written ? { method: channels === 1 ? 'as_is' : 'mixdown', channel: null, mixdown_db: null } : null;
  }
  const power = channelPower();
  if (!(await convert(context, plan, bothAndMixdown(track, alike), power.add))) return null;
  const mix = mixOf(power.result());
  if (mix.channel === null) return mix;
  const alone = ['-af', `pan=mono|c0=c${mix.channel}`, ...mono];
  return (await convert(context, plan, alone, () => {})) ? mix : null;
}

/** The two channels on standard output, their mixdown in the file; resampled once for both. */
function bothAndMixdown(track: string, alike: string | null): readonly string[] {
  const both = `[${track}]aresample=${RATE_HZ}:osf=flt,${LARGE_FRAMES},asplit[both][copy]`;
  const graph = `${both};[copy]${alike ?? 'aresample=out_chlayout=mono'}[mixdown]`;
  const mixdown = ['-map', '[mixdown]', '-f', 'f32le', PCM];
  return ['-filter_complex', graph, ...mixdown, '-map', '[both]', '-f', 'f32le', 'pipe:1'];
}

/** False where the file would have become too long. */
async function convert(
  context: StepContext,
  plan: ProbeDocument,
  outputs: readonly string[],
  onStdout: (bytes: Buffer) => void,
): Promise<boolean> {
  const total = plan.declared_s === null ? {} : { total: Math.round(plan.declared_s) };
  const exit = await context.child({
    title: 'ffmpeg speech samples',
    pipeline: [
      {
        argv: [
          ...([context.tools.ffmpeg, ...ffmpegArguments(), '-y', '-progress', 'pipe:2'] as const),
          ...[...soundInput(context, plan), ...outputs],
        ],
      },
    ],
    directory: context.directory,
    readable: [context.input.path],
    limits: { ...DECODER_LIMITS, fileBytes: MOST_PCM_BYTES, stdoutBytes: 2 * MOST_PCM_BYTES },
    onStdout,
    onStderrLine: (line) => {
      const microseconds = /^out_time_us=(\d+)/.exec(line)?.[1];
      if (microseconds === undefined) return;
      context.progress({ done: Math.round(Number(microseconds) / 1e6), ...total, unit: 's decoded' });
    },
  });
  if (exit.limit === 'file') return false;
  throwIfKilled(exit, 'ffmpeg');
  return true;
}
