/** Runs one of our own programs of media/ in a sandboxed Node child: a job in on stdin, one outcome file back. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import type { ChildCommand, ChildExit, ChildLimits } from '../media/child.ts';
import { OUTCOME_FILE, type ProgramOutcome } from '../media/program/outcome.ts';
import { preparedProgram } from './prepared-program.ts';
import { type StepContext, StepFailure } from './step-context.ts';

export interface Program {
  /** For logs, failures and the witness of child processes: `sharp image`. */
  readonly title: string;
  /** Module below media/, without its extension: `image/measure`. Its whole folder may be read by the child. */
  readonly module: string;
  /** Further folders or files below media/ whose modules it imports. */
  readonly imports?: readonly string[];
  /** Packages of many small modules that it imports: they are put into one file with its own. */
  readonly inlined?: readonly string[];
  readonly limits: ChildLimits;
  /** Of V8. */
  readonly heapMebibytes: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What failures of the child are called: `IMAGE` gives IMAGE_MEMORY, IMAGE_LIMIT, IMAGE_CRASHED, IMAGE_FAILED. */
  readonly code: string;
  /** What the child is to people, `The table engine`, and what one may do about a file that breaks it. */
  readonly name: string;
  readonly hint: string;
  /** Largest outcome that is read back. */
  readonly outcomeBytes: number;
}

/** Files that the program may read besides the step's input. */
export interface ProgramFiles {
  readonly readable?: readonly string[];
  /** False for steps without an input. */
  readonly readsInput?: boolean;
  /** Lines of the program's stdout as they come; of any length below the limit of its stdout. */
  readonly onLine?: (line: string) => void;
}

/**
 * What the program found, unchecked: it handled hostile input, so the caller parses it. The program reports progress as
 * lines `{"done": 1, "total": 2, "unit": "rows"}` on stderr. Throws a StepFailure; one that the program itself named is
 * never retried.
 */
export async function runProgram(
  context: StepContext,
  program: Program,
  job: unknown,
  { readable = [], readsInput = true, onLine }: ProgramFiles = {},
): Promise<unknown> {
  const { command, readable: own } = commandOf(context, program);
  const exit = await context.child({
    title: program.title,
    pipeline: [command],
    directory: context.directory,
    readable: [...(readsInput ? [context.input.path] : []), ...readable, ...own],
    limits: program.limits,
    stdin: Buffer.from(JSON.stringify(job)),
    onStderrLine: (line) => reportProgress(context, line),
    ...(onLine && { onStdout: inLines(onLine) }),
  });
  throwIfEnded(program, exit);
  return readOutcome(program, join(context.directory, OUTCOME_FILE));
}

/** A program of another maker that feeds ours. */
export interface Feeder {
  readonly command: ChildCommand;
  readonly readable: readonly string[];
  readonly onStderrLine: (line: string) => void;
  /** Throws what the ending of either means, as far as it is known; any other ending is no failure. */
  readonly throwIfKilled: (exit: ChildExit) => void;
}

/** As runProgram, with stdin from another program; that one may fail on damaged input and still have fed something. */
export async function runFedProgram(
  context: StepContext,
  program: Program,
  job: unknown,
  feeder: Feeder,
): Promise<unknown> {
  const { command, readable } = commandOf(context, program, JSON.stringify(job));
  const exit = await context.child({
    title: program.title,
    pipeline: [feeder.command, command],
    directory: context.directory,
    readable: [...feeder.readable, ...readable],
    limits: program.limits,
    onStderrLine: (line) => {
      reportProgress(context, line);
      feeder.onStderrLine(line);
    },
  });
  feeder.throwIfKilled(exit);
  const outcome = join(context.directory, OUTCOME_FILE);
  if (!existsSync(outcome)) throwIfEnded(program, exit);
  return readOutcome(program, outcome);
}

/** As it was prepared, or from its modules. */
function commandOf({ tools }: StepContext, program: Program, ...args: readonly string[]) {
  const node = [tools.node, `--max-old-space-size=${program.heapMebibytes}`] as const;
  const entry = moduleFile(program.module);
  const prepared = preparedProgram(tools.compiled, { node, entry, inlined: program.inlined ?? [] });
  const cache: Record<string, string> = prepared ? { NODE_COMPILE_CACHE: prepared.folder } : {};
  const command: ChildCommand = {
    argv: [...node, prepared?.file ?? entry, ...args],
    env: { MALLOC_ARENA_MAX: '2', ...cache, ...program.env },
  };
  return { command, readable: [...(prepared ? [prepared.folder] : []), ...programFiles(program)] };
}

const here = import.meta.url;
/** Our modules run as they are, or built. */
const EXTENSION = here.endsWith('.ts') ? 'ts' : 'js';

/** Absolute path of a module below media/. */
function moduleFile(module: string): string {
  return fileURLToPath(new URL(`../media/${module}.${EXTENSION}`, here));
}

/** What a Node child needs to start: its own folders and the one of all programs, the packages, and the manifest that says they are modules. */
function programFiles({ module, imports = [] }: Program): string[] {
  const own = ['program/', module.slice(0, module.lastIndexOf('/') + 1), ...imports];
  const folders = own.map((name) => fileURLToPath(new URL(`../media/${name}`, here)));
  const zod = fileURLToPath(import.meta.resolve('zod'));
  const packages = zod.slice(0, zod.lastIndexOf('node_modules') + 'node_modules'.length);
  return [...folders, packages, fileURLToPath(new URL('../package.json', here))];
}

function inLines(onLine: (line: string) => void): (piece: Buffer) => void {
  // A character may come in two pieces.
  const decoder = new StringDecoder('utf8');
  let open = '';
  return (piece) => {
    const lines = (open + decoder.write(piece)).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}

function reportProgress(context: StepContext, line: string): void {
  if (!line.startsWith('{"done"')) return;
  try {
    context.progress(JSON.parse(line));
  } catch {
    // A line cut off at its limit is no progress.
  }
}

/** Throws what an exit other than a plain one means. */
function throwIfEnded({ code, name, hint }: Pick<Program, 'code' | 'name' | 'hint'>, exit: ChildExit): void {
  if (exit.limit !== null) {
    const memory = exit.limit === 'memory';
    throw new StepFailure({
      code: memory ? `${code}_MEMORY` : `${code}_LIMIT`,
      message: `${name} reached its limit of ${exit.limit} on this file and was ended.`,
      hint,
      retry: memory ? 'poison' : 'backoff',
    });
  }
  if (exit.signal !== null || (exit.code ?? 0) > 128) {
    throw new StepFailure({
      code: `${code}_CRASHED`,
      message: `${name} crashed on this file.`,
      hint,
      retry: 'poison',
    });
  }
  if (exit.code !== 0) {
    throw new StepFailure({
      code: `${code}_FAILED`,
      message: `${name} gave up: ${lastLine(exit.stderrTail)}`,
      hint,
      retry: 'backoff',
      cause: new Error(exit.stderrTail),
    });
  }
}

/** The error's own line, without paths. */
function lastLine(tail: string): string {
  const lines = tail.split('\n').filter((line) => /Error/.test(line) && !line.startsWith('{'));
  return (lines[0] ?? 'no reason given').replace(/(?:file:\/\/)?\/[^\s'":]+/g, 'file').slice(0, 200);
}

async function readOutcome(program: Program, path: string): Promise<unknown> {
  const { size } = await stat(path);
  if (size > program.outcomeBytes) {
    throw new StepFailure({
      code: `${program.code}_TOO_MUCH`,
      message: `What ${program.name[0]?.toLowerCase()}${program.name.slice(1)} found is too large to keep.`,
      hint: program.hint,
      retry: 'never',
    });
  }
  const outcome = JSON.parse(await readFile(path, 'utf8')) as ProgramOutcome;
  if (outcome.ok) return outcome.found;
  throw new StepFailure({ ...outcome.failure, retry: 'never' });
}
