/** Runs ffprobe on a file that nobody trusts. */
import { refusals } from '../../kinds/video/failures.ts';
import { demuxerArguments, fileArgument, type TrustlessInput } from '../../media/video/ffmpeg-input.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, plainLine, refuse, throwIfKilled } from './child-exit.ts';
import type { Probed } from './documents.ts';
import { parseProbed } from './probe-parse.ts';
import { lineCutter } from './text-lines.ts';

/** Packets that are looked at for a first decoded frame. */
const FIRST_PACKETS = '%+#40';
const MOST_COMPLAINTS = 20;
/** Statically linked builds of ffprobe crash when they load the system's character converters: they find none. */
const PROBE_ENVIRONMENT = { GCONV_PATH: '/var/empty' } as const;

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
