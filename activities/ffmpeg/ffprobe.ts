/** Runs ffprobe on a file that nobody trusts. */
import { demuxerArguments, fileArgument, type TrustlessInput } from '../../media/ffmpeg/input.ts';
import type { StepContext } from '../step-context.ts';
import { DECODER_LIMITS, plainLine, throwIfKilled } from './child-exit.ts';
import { parseProbed, type Probed } from './probed.ts';

const MOST_COMPLAINTS = 20;
/** Statically linked builds of ffprobe crash when they load the system's character converters: they find none. */
export const PROBE_ENVIRONMENT = { GCONV_PATH: '/var/empty' } as const;

/** Null where the file let it say nothing whole; `complaints` says why then. */
export async function ffprobeJson(
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

function note(complaints: string[], complaint: string): void {
  if (complaints.length < MOST_COMPLAINTS && complaint.trim() !== '') complaints.push(complaint);
}

/** What complaints of a demuxer mean to people; empty where they say nothing. */
export function reasonOf(complaints: readonly string[]): string {
  const all = complaints.join('\n');
  if (/moov atom not found/.test(all))
    return 'its index (moov) is missing, so the end of the file was probably cut off';
  if (/Invalid data found/.test(all)) return 'its data is damaged';
  return '';
}
