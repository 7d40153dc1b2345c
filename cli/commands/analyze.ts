import { dirname, resolve } from 'node:path';
import {
  type Answer,
  type Onceflow,
  OnceflowError,
  type Refused,
  type SubmitItem,
} from '../../client/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { follow, followedRun } from '../follow.ts';
import { type AnalyzeItem, analyzeItem } from '../inputs.ts';
import { untilInterrupted } from '../interrupt.ts';
import { createProgressDisplay, type ProgressDisplay } from '../progress.ts';
import { type ErrorRecord, recordOfError, recordOfRun } from '../record.ts';
import { printReport, sectionOf } from '../report/report.ts';
import { withStack } from '../stack-for-job.ts';
import { plain } from '../text.ts';
import {
  createOutput,
  type GlobalOptions,
  isCoded,
  type Output,
  reportError,
  shownDataDirectory,
} from '../session.ts';

export interface AnalyzeOptions extends GlobalOptions {
  readonly kind?: string;
  readonly id?: string;
  readonly params?: string;
  readonly onDuplicate?: 'return' | 'reject' | 'rerun' | 'coalesce';
  readonly reason?: string;
  readonly fromScratch?: boolean;
  readonly keep?: boolean;
}

type Accepted = Extract<AnalyzeItem, { readonly kind: string }>;

/** The main job: files in, reports out. Uses the stack that runs, else starts one and stops it at the end. */
export async function analyze(files: readonly string[], options: AnalyzeOptions): Promise<number> {
  const output = createOutput(options);
  const display = createProgressDisplay(process.stderr);
  try {
    return await untilInterrupted(async (signal) => {
      const items = await itemsOf(files, options);
      const accepted = items.filter((item): item is Accepted => !('error' in item));
      const refused = items.length - accepted.length;
      for (const item of items) if ('error' in item) refuseItem(item, output);
      if (accepted.length === 0) return exitCodes.failed;
      const roots = accepted.map((item) => dirname(resolve(item.path)));
      const failures = await withStack({ options, roots, display, signal }, (client, ended) =>
        analyzeAll(client, accepted, options, {
          output,
          display,
          signal: ended,
          dataDirectory: shownDataDirectory(options),
        }),
      );
      return refused + failures === 0 ? exitCodes.completed : exitCodes.failed;
    });
  } catch (error) {
    display.clear();
    return reportError(error, output);
  }
}

async function itemsOf(files: readonly string[], options: AnalyzeOptions): Promise<readonly AnalyzeItem[]> {
  if (options.id !== undefined && files.length > 1) {
    throw new OnceflowError({
      code: 'INVALID_ARGUMENT',
      message: '--id names one resource, but several files were given',
      hint: 'analyse them one by one, or leave --id out',
    });
  }
  return Promise.all(files.map((file) => analyzeItem(file, options.kind, options.id)));
}

function refuseItem(item: Extract<AnalyzeItem, { error: unknown }>, output: Output): void {
  output.record({ ...recordOfError({}, item.error), source: item.path });
  output.note(failureLines(item, item.error));
}

/** A file's name, or what it holds, must not steer the terminal. */
function failureLines(item: { readonly name: string }, error: ErrorRecord): string {
  return `${plain(item.name, 100)}: ${error.code}: ${plain(error.message, 500)}\n  ${plain(error.hint, 500)}`;
}

interface Screen {
  readonly output: Output;
  readonly display: ProgressDisplay;
  readonly signal: AbortSignal;
  readonly dataDirectory: string;
}

/** Resolves with the number of analyses that did not complete. */
async function analyzeAll(
  client: Onceflow,
  items: readonly Accepted[],
  options: AnalyzeOptions,
  screen: Screen,
): Promise<number> {
  const answers = await client.submitMany(items.map((item) => submitItem(item, options)));
  const ends = await Promise.all(
    answers.map((answer, index) => finishOne(client, items[index] as Accepted, answer, screen)),
  );
  return ends.filter((completed) => !completed).length;
}

function submitItem(item: Accepted, options: AnalyzeOptions): SubmitItem {
  return {
    kind: item.kind,
    resourceId: item.resourceId,
    source: resolve(item.path),
    ...(options.params === undefined ? {} : { params: paramsOf(options.params) }),
    ...(options.onDuplicate === undefined ? {} : { onDuplicate: options.onDuplicate }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(options.fromScratch ? { fromScratch: true } : {}),
  };
}

/** Throws INVALID_ARGUMENT unless the text is a JSON object. */
export function paramsOf(text: string): Record<string, never> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, never>;
    }
  } catch {
    // Falls through to the same answer: it is no JSON object.
  }
  throw new OnceflowError({
    code: 'INVALID_ARGUMENT',
    message: '--params is not a JSON object',
    hint: `quote it for the shell: --params '{"threshold": 30}'`,
  });
}

async function finishOne(
  client: Onceflow,
  item: Accepted,
  answer: Answer | Refused,
  screen: Screen,
): Promise<boolean> {
  if (answer.outcome === 'refused') {
    screen.output.record(recordOfError(answer, answer.error));
    screen.display.say(failureLines(item, answer.error));
    return false;
  }
  try {
    return await followOne(client, item, answer, screen);
  } catch (error) {
    if (screen.signal.aborted || !isCoded(error)) throw error;
    screen.output.record(recordOfError(answer, error));
    screen.display.say(failureLines(item, error));
    return false;
  }
}

async function followOne(
  client: Onceflow,
  item: Accepted,
  answer: Answer,
  { output, display, signal, dataDirectory }: Screen,
): Promise<boolean> {
  const stands = answer.outcome === 'completed';
  const last = stands ? null : await follow(client, answer, item.name, display, signal);
  const run = await followedRun(client, answer, last);
  if (run === null) return false;
  const completed = stands || run.state === 'completed';
  const made = stands || !completed ? null : await client.result({ runId: run.runId });
  const result = answer.result ?? made;
  output.record({
    ...recordOfRun(run, answer.outcome),
    why: answer.why,
    ...(answer.stale?.length ? { stale: answer.stale } : {}),
    ...(result ? { result: result.document } : {}),
  });
  display.clear();
  printReport({ item, answer, run, result, dataDirectory, output, ...sectionOf(client, run.kind) });
  return completed;
}
