/** Decodes the first frame of a track: what comes out of the decoder may differ from what the header says. */
import { refusals } from '../../kinds/audio/failures.ts';
import {
  decoderArguments,
  demuxerArguments,
  ffmpegArguments,
  fileArgument,
  type TrustlessInput,
} from '../../media/ffmpeg/input.ts';
import { DECODER_LIMITS, plainLine, refuse, throwIfKilled } from '../ffmpeg/child-exit.ts';
import { reasonOf } from '../ffmpeg/ffprobe.ts';
import type { StepContext } from '../step-context.ts';
import type { DecodedFormat } from './documents.ts';

const FRAME =
  /^\[Parsed_ashowinfo_\d+ @ \S+\] n:\s*0 pts:\S+ pts_time:(\S+) fmt:(\S+) channels:(\d+) chlayout:(.*?) rate:(\d+) /;
const COMPLAINT = /Error|error|Invalid|invalid|damaged|corrupt/;

/** Throws a StepFailure where nothing can be decoded. */
export async function firstFrame(
  context: StepContext,
  input: TrustlessInput,
  streamIndex: number,
): Promise<DecodedFormat> {
  const found: DecodedFormat[] = [];
  const complaints: string[] = [];
  const exit = await context.child({
    title: 'ffmpeg first frame',
    pipeline: [
      {
        argv: [
          ...([context.tools.ffmpeg, ...ffmpegArguments('info'), '-vn', '-sn', '-dn'] as const),
          ...[...decoderArguments(), ...demuxerArguments(input), '-copyts', '-i', fileArgument(input)],
          ...['-map', `0:${streamIndex}`, '-af', 'ashowinfo', '-frames:a', '1', '-f', 'null', '-'],
        ],
      },
    ],
    directory: context.directory,
    readable: [context.input.path],
    limits: DECODER_LIMITS,
    onStderrLine: (line) => {
      const frame = FRAME.exec(line);
      if (frame && found.length === 0) found.push(formatOf(frame));
      if (COMPLAINT.test(line)) complaints.push(plainLine(line, context.input));
    },
  });
  throwIfKilled(exit, 'ffmpeg');
  const [format] = found;
  if (format) return checked(format);
  throw refuse(complaints.length > 0 ? refusals.undecodable(reasonOf(complaints)) : refusals.noSamples());
}

function formatOf([, time, format, channels, layout, rate]: RegExpExecArray): DecodedFormat {
  const seconds = Number(time);
  return {
    rate_hz: Number(rate),
    channels: Number(channels),
    layout: layout && !/channels|unknown/.test(layout) ? layout : null,
    sample_format: format ?? '',
    first_s: Number.isFinite(seconds) ? seconds : 0,
  };
}

function checked(format: DecodedFormat): DecodedFormat {
  if (format.channels === 0) throw refuse(refusals.header('that there are no channels'));
  if (format.rate_hz === 0) throw refuse(refusals.header('that there are 0 samples a second'));
  return format;
}
