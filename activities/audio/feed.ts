/** Decodes a track and feeds its samples to one of our measuring programs. */
import { SOUND_DEMUXERS } from '../../kinds/container/sniff-sound.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
} from '../../media/ffmpeg/input.ts';
import type { SoundJob } from '../../media/sound/job.ts';
import { DECODER_LIMITS, throwIfKilled } from '../ffmpeg/child-exit.ts';
import { type Feeder, type Program, runFedProgram } from '../program.ts';
import { number } from '../ffmpeg/probed.ts';
import type { StepContext } from '../step-context.ts';
import type { ProbeDocument } from './documents.ts';

/** Each frame is handed from thread to thread: of a decoder's own, which are small, that alone takes half as long again. */
export const LARGE_FRAMES = 'asetnsamples=n=16384:p=0';

export interface Feed {
  /** What the samples go through, in this order. */
  readonly filters?: readonly string[];
  readonly onStderrLine?: (line: string) => void;
}

/** Input options up to and with `-i`: of pictures and subtitles nothing is decoded. */
export function soundInput(context: StepContext, plan: ProbeDocument): readonly string[] {
  const input = { path: context.input.path, demuxer: plan.sniffed.demuxer, demuxers: SOUND_DEMUXERS };
  return [
    ...['-vn', '-sn', '-dn', ...decoderArguments(), ...demuxerArguments(input)],
    // Otherwise a transport stream would be counted from the beginning of this track, not of the container.
    ...['-copyts', '-i', fileArgument(input)],
  ];
}

export function soundJob(plan: ProbeDocument): SoundJob {
  const { sample_format: format, channels, rate_hz } = plan.decoded;
  const integerBits = /^(u8|s16)p?$/.test(format) ? 16 : /^s32p?$/.test(format) ? 32 : 0;
  const exactInFloat = integerBits === 16 || /^fltp?$/.test(format);
  const declared = plan.declared_s;
  return {
    encoding: exactInFloat ? 'f32le' : 'f64le',
    channels,
    rate_hz,
    samples: declared === null ? null : Math.round(declared * rate_hz),
    integerBits,
    resolutionBits: resolutionOf(plan),
  };
}

/** Sound of 32 bits that does not say otherwise is taken for sound of 24: the difference at full scale is inaudible. */
function resolutionOf({ decoded, stream }: ProbeDocument): number {
  const most = decoded.sample_format.startsWith('u8') ? 8 : decoded.sample_format.startsWith('s16') ? 16 : 32;
  const told = number(stream.bits_per_raw_sample) ?? 0;
  return told >= 8 && told <= most ? told : Math.min(most, 24);
}

/** What the program found, unchecked. */
export async function measureSound<Job extends SoundJob>(
  context: StepContext,
  plan: ProbeDocument,
  program: Pick<Program, 'title' | 'module'>,
  job: Job,
  feed: Feed,
): Promise<unknown> {
  const filters = ['-af', [...(feed.filters ?? []), LARGE_FRAMES].join(',')];
  const feeder: Feeder = {
    command: {
      argv: [
        ...([context.tools.ffmpeg, ...ffmpegArguments('info'), '-y'] as const),
        ...[...soundInput(context, plan), '-map', `0:${plan.stream.index}`, ...filters],
        ...['-f', job.encoding, 'pipe:1'],
      ],
    },
    readable: [context.input.path],
    onStderrLine: feed.onStderrLine ?? (() => {}),
    throwIfKilled: (exit) => throwIfKilled(exit, 'ffmpeg'),
  };
  return runFedProgram(context, { ...PROGRAM, ...program }, job, feeder);
}

const PROGRAM = {
  limits: DECODER_LIMITS,
  heapMebibytes: 256,
  code: 'SOUND',
  name: 'The measuring of the sound',
  hint: 'Submit it again; if that does not help, convert the file to WAV or FLAC.',
  outcomeBytes: 16 * 1024 ** 2,
} as const;
