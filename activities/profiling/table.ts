/** Profiles the table in a sandboxed child and judges what it measured. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeResult } from '../../kinds/profiling/compose.ts';
import { type ProfilingParams, profilingSettings } from '../../kinds/profiling/params.ts';
import { profileSchema, type TableProfile } from '../../kinds/profiling/profile.ts';
import type { ChildExit, ChildLimits } from '../../media/child.ts';
import { GIBIBYTE, OUTCOME_FILE, TABLE_LIMITS, type TableJob } from '../../media/table/job.ts';
import { type StepContext, StepFailure, type StepImplementation } from '../step-context.ts';

export interface TableInput {
  readonly params?: ProfilingParams;
}

/** Small enough to travel: what the run's details show. */
export interface TableValue {
  readonly headline: string;
  readonly rows: number;
  readonly columns: number;
  readonly alerts: number;
}

const LIMITS: ChildLimits = {
  wallMs: 2 * 3_600_000,
  // Resident, because V8 alone reserves more addresses than that. A 2 GB CSV stays below 1 GB.
  memory: 'resident',
  memoryBytes: 2 * GIBIBYTE,
  stdoutBytes: 1024 * 1024,
  fileBytes: 64 * GIBIBYTE,
  processes: 64,
};
/** Largest outcome that is read back: 20,000 columns take about 100 MB. */
const MOST_OUTCOME_BYTES = 256 * 1024 * 1024;

const here = import.meta.url;
/** The child's own modules run as they are, or built. */
const PROGRAM = fileURLToPath(
  new URL(`../../media/table/profile.${here.endsWith('.ts') ? 'ts' : 'js'}`, here),
);

export const table: StepImplementation<TableInput, TableValue> = async (context, input) => {
  const profile = await profileInChild(context, jobFor(context, input.params ?? {}));
  const { resourceId: id, sha256, bytes, name } = context.input;
  const result = composeResult({ id, sha256, bytes, name }, profile);
  const value = {
    headline: result.summary.headline,
    rows: profile.dataset.n_rows,
    columns: profile.dataset.n_columns,
    alerts: result.alerts.length,
  };
  return { value, document: result };
};

function jobFor(context: StepContext, params: ProfilingParams): TableJob {
  return {
    inputPath: context.input.path,
    name: context.input.name,
    directory: context.directory,
    options: { ...profilingSettings(params), now: new Date().toISOString() },
    limits: TABLE_LIMITS,
  };
}

async function profileInChild(context: StepContext, job: TableJob): Promise<TableProfile> {
  const exit = await context.child({
    title: 'duckdb profile',
    pipeline: [
      { argv: [context.tools.node, '--max-old-space-size=512', PROGRAM], env: { MALLOC_ARENA_MAX: '2' } },
    ],
    directory: context.directory,
    readable: [context.input.path, ...programFiles()],
    limits: LIMITS,
    stdin: Buffer.from(JSON.stringify(job)),
    onStderrLine: (line) => reportProgress(context, line),
  });
  throwIfEnded(exit);
  return outcomeOf(join(context.directory, OUTCOME_FILE));
}

/** What the child imports: its own folder and the packages. */
function programFiles(): string[] {
  const folder = fileURLToPath(new URL('../../media/table/', here));
  const duckdb = fileURLToPath(import.meta.resolve('@duckdb/node-api'));
  const packages = duckdb.slice(0, duckdb.lastIndexOf('node_modules') + 'node_modules'.length);
  const manifest = fileURLToPath(new URL('../../package.json', here));
  return [folder, packages, manifest];
}

function reportProgress(context: StepContext, line: string): void {
  if (!line.startsWith('{"done"')) return;
  try {
    context.progress(JSON.parse(line));
  } catch {
    // A line cut off at its limit is no progress.
  }
}

function throwIfEnded(exit: ChildExit): void {
  if (exit.limit !== null) {
    throw new StepFailure({
      code: exit.limit === 'memory' ? 'TABLE_MEMORY' : 'TABLE_LIMIT',
      message: `Profiling reached its limit of ${exit.limit} and was ended.`,
      hint: 'Split the table, or raise the limit of the worker.',
      retry: exit.limit === 'memory' ? 'poison' : 'backoff',
    });
  }
  if (exit.signal !== null || (exit.code ?? 0) > 128) {
    throw new StepFailure({
      code: 'TABLE_CRASHED',
      message: 'The table engine crashed on this file.',
      hint: 'The file breaks the engine: convert it to plain CSV and profile that.',
      retry: 'poison',
    });
  }
  if (exit.code !== 0) {
    throw new StepFailure({
      code: 'TABLE_FAILED',
      message: `The table engine gave up: ${lastLine(exit.stderrTail)}`,
      hint: 'If it happens again, convert the file to plain CSV and profile that.',
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

async function outcomeOf(path: string): Promise<TableProfile> {
  const text = await readFile(path, 'utf8');
  if (text.length > MOST_OUTCOME_BYTES) throw tooMuch();
  // The child handled hostile input: what it says is checked like any input.
  const outcome = JSON.parse(text) as { ok: boolean; profile?: unknown; failure?: Failure };
  if (outcome.ok) return profileSchema.parse(outcome.profile);
  const { code, message, hint } = outcome.failure as Failure;
  throw new StepFailure({ code, message, hint, retry: 'never' });
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

function tooMuch(): StepFailure {
  return new StepFailure({
    code: 'PROFILE_TOO_LARGE',
    message: 'The profile of this table is too large to keep.',
    hint: 'Profile fewer columns.',
    retry: 'never',
  });
}
