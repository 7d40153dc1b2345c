/**
 * The child program that profiles one table. A job comes on stdin; progress lines go to stderr; the outcome, a profile
 * or a named failure, is a file in the working directory. Any other end is a crash, and its caller says so.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TableFailure } from './failure.ts';
import { OUTCOME_FILE, type ProgressLine, type TableJob, type TableOutcome } from './job.ts';
import { profileTable } from './profile-table.ts';

const PROGRESS_EVERY_MS = 500;

async function main(): Promise<void> {
  const job = JSON.parse(await text(process.stdin)) as TableJob;
  const outcome = await outcomeOf(job);
  writeFileSync(join(job.directory, OUTCOME_FILE), JSON.stringify(outcome));
}

async function outcomeOf(job: TableJob): Promise<TableOutcome> {
  try {
    return { ok: true, profile: await profileTable(job, throttled()) };
  } catch (error) {
    const failure = error instanceof TableFailure ? error : memoryFailure(error);
    if (failure === null) throw error;
    const { code, message, hint } = failure;
    return { ok: false, failure: { code, message, hint } };
  }
}

/** The engine's own limit is hit by the same table every time. */
function memoryFailure(error: unknown): TableFailure | null {
  if (!/^Out of Memory Error/.test((error as Error).message)) return null;
  return new TableFailure(
    'TABLE_MEMORY',
    'The table needs more memory, or more room to spill, than profiling may use.',
    'Split it by columns, or raise the limits of the worker.',
  );
}

function throttled(): (line: ProgressLine) => void {
  let last = 0;
  return (line) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS) return;
    last = now;
    process.stderr.write(`${JSON.stringify(line)}\n`);
  };
}

await main();
