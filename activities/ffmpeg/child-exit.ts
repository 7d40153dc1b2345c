/** Turns the ending of a decoder into a failure that says what to do. */
import { basename } from 'node:path';
import type { ChildExit, ChildLimits } from '../../media/child.ts';
import type { Refusal } from '../../kinds/refusal.ts';
import { type PinnedInput, StepFailure } from '../step-context.ts';

const MIB = 1024 ** 2;

/** For ffmpeg and ffprobe alone. */
export const DECODER_LIMITS: ChildLimits = {
  wallMs: 2 * 3_600_000,
  memoryBytes: 3 * 1024 * MIB,
  // Decoders and their libraries reserve more than they use.
  memory: 'resident',
  stdoutBytes: 4 * 1024 * MIB,
  fileBytes: 2 * 1024 * MIB,
  processes: 96,
};

/**
 * 128 + ILL, ABRT, BUS, FPE, KILL, SEGV, SYS, as a shell counts. Other codes over 128 are ffmpeg's own errors, cut to a
 * byte: 183 is damaged data.
 */
const CRASH_CODES: readonly number[] = [132, 134, 135, 136, 137, 139, 159];

export function refuse(refusal: Refusal): StepFailure {
  return new StepFailure({ ...refusal, retry: 'never' });
}

/** Throws for endings that are not about what the file says: limits and crashes. */
export function throwIfKilled(exit: ChildExit, title: string): void {
  if (exit.limit === 'memory' || exit.limit === 'processes') {
    throw new StepFailure({
      code: 'DECODER_MEMORY',
      message: `${title} needed more ${exit.limit} than it may have and was ended.`,
      hint: 'The file asks for more than a video of its size should. Convert it to H.264 in MP4 and submit that.',
      retry: 'poison',
    });
  }
  if (exit.limit !== null) {
    throw new StepFailure({
      code: 'DECODER_LIMIT',
      message: `${title} reached its limit of ${exit.limit} and was ended.`,
      hint: 'Submit it again when the machine is less busy; if that does not help, convert the file.',
      retry: 'backoff',
    });
  }
  if (exit.signal !== null || CRASH_CODES.includes(exit.code ?? 0)) {
    throw new StepFailure({
      code: 'DECODER_CRASHED',
      message: `${title} crashed on this file.`,
      hint: 'The file breaks the decoder: convert it with another program and submit that.',
      retry: 'poison',
    });
  }
}

/** Lines of a decoder's stderr, without paths, names and addresses, so that they can be shown. */
export function plainLine(line: string, input: PinnedInput): string {
  return line
    .replaceAll(input.path, 'input')
    .replaceAll(basename(input.path), 'input')
    .replace(/\s*@ 0x[0-9a-f]+/g, '')
    .replace(/(?:file:)?\/[^\s'"]+/g, 'input')
    .slice(0, 200);
}
