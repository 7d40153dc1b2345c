/** The frame of every child program of ours. Any end but an outcome is a crash, and its caller says so. */
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { OUTCOME_FILE, ProgramFailure, type ProgramOutcome, type ProgressLine } from './outcome.ts';

const PROGRESS_EVERY_MS = 500;

export type Report = (line: ProgressLine) => void;

/** Reads the job from stdin, does it, and leaves the outcome in the working directory. */
export async function runAsProgram<Job>(
  work: (job: Job, report: Report) => Promise<unknown>,
  named: (error: unknown) => ProgramFailure | null = () => null,
): Promise<void> {
  await answer(await text(process.stdin), work, named);
}

/** As runAsProgram for a program whose stdin is what another one gives: its job is its last argument. */
export async function runAsFedProgram<Job>(
  work: (job: Job, report: Report) => Promise<unknown>,
): Promise<void> {
  await answer(process.argv[2] ?? '', work, () => null);
}

async function answer<Job>(
  given: string,
  work: (job: Job, report: Report) => Promise<unknown>,
  named: (error: unknown) => ProgramFailure | null,
): Promise<void> {
  // Without a job it was only started so that its code is compiled.
  if (given === '') return;
  const job = JSON.parse(given) as Job;
  writeFileSync(OUTCOME_FILE, JSON.stringify(await outcomeOf(() => work(job, throttled()), named)));
}

async function outcomeOf(
  work: () => Promise<unknown>,
  named: (error: unknown) => ProgramFailure | null,
): Promise<ProgramOutcome> {
  try {
    return { ok: true, found: await work() };
  } catch (error) {
    const failure = error instanceof ProgramFailure ? error : named(error);
    if (failure === null) throw error;
    const { code, message, hint } = failure;
    return { ok: false, failure: { code, message, hint } };
  }
}

function throttled(): Report {
  let last = -PROGRESS_EVERY_MS;
  return (line) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS) return;
    last = now;
    process.stderr.write(`${JSON.stringify(line)}\n`);
  };
}
