/** What ffprobe says of the streams and packets of a video. */
import { refusals } from '../../kinds/video/failures.ts';
import { demuxerArguments, fileArgument, type TrustlessInput } from '../../media/ffmpeg/input.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, refuse, throwIfKilled } from '../ffmpeg/child-exit.ts';
import { ffprobeJson, PROBE_ENVIRONMENT, reasonOf } from '../ffmpeg/ffprobe.ts';
import type { Probed } from '../ffmpeg/probed.ts';
import { lineCutter } from '../ffmpeg/text-lines.ts';

/** Packets that are looked at for a first decoded frame. */
const FIRST_PACKETS = '%+#40';

/** Streams as the demuxer finds them, and the first frame that decodes, apart: decoding would refine what is declared. */
export async function probeStreams(
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

/** Calls back for each line of packets of the first video stream. */
export async function scanPackets(
  context: StepContext,
  input: TrustlessInput,
  line: (line: string) => void,
  progress: () => void,
): Promise<void> {
  const packets = lineCutter(line);
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
      packets.write(bytes);
      progress();
    },
  });
  throwIfKilled(exit, 'ffprobe');
  packets.end();
}
