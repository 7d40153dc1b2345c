/** Says what the input is by content and lists what is in it, in a sandboxed child: these are parsers. */
import { rename } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { foundSchema, type ContentFound } from '../../kinds/content/found.ts';
import type { InspectJob } from '../../media/content/job.ts';
import { type Program, runProgram } from '../program.ts';
import type { PinnedInput, StepContext } from '../step-context.ts';

const MEBIBYTE = 1024 ** 2;

const PROGRAM: Program = {
  title: 'content inspect',
  module: 'content/inspect',
  imports: ['zip/', 'text/'],
  limits: {
    wallMs: 20 * 60_000,
    // Resident, because V8 alone reserves more addresses than that.
    memory: 'resident',
    memoryBytes: 1024 * MEBIBYTE,
    stdoutBytes: MEBIBYTE,
    // A million entries in one file.
    fileBytes: 2048 * MEBIBYTE,
    processes: 64,
  },
  heapMebibytes: 512,
  code: 'INSPECTION',
  name: 'The look into the file',
  hint: 'If it happens again, the file is built to break such programs: keep it away from others.',
  outcomeBytes: 16 * MEBIBYTE,
};

export async function inspectContent(context: StepContext): Promise<ContentFound> {
  const entriesPath = join(context.directory, 'entries.unfinished');
  const { path: inputPath } = context.input;
  const job: InspectJob = { inputPath, extension: declaredExtension(context.input), entriesPath };
  const found = foundSchema.parse(await runProgram(context, PROGRAM, job));
  // Declared only if it is there: an artefact that is missing is an error.
  if (found.entries_file)
    await rename(entriesPath, context.artefact('entries.ndjson', 'application/x-ndjson'));
  return found;
}

export function declaredExtension({ name }: Pick<PinnedInput, 'name'>): string | null {
  return extname(name).slice(1).toLowerCase() || null;
}
