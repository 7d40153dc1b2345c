import { relative } from 'node:path';
import { connect, type Onceflow, OnceflowError } from '../client/index.ts';
import { type Config, loadConfig, type Settings } from '../config/config.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { AnalysisRecord } from './record.ts';
import { recordOfError } from './record.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly dataDirectory?: string;
  /** Modules with kinds, instead of those that the environment names. */
  readonly kinds?: readonly string[];
  readonly owner?: string;
  readonly role?: 'reader' | 'submitter' | 'operator' | 'admin';
}

/** What a command prints to: results on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean;
  readonly verbose: boolean;
  /** A machine's line: printed with `--json` alone. */
  record(record: AnalysisRecord | object): void;
  /** A person's text: printed without `--json` alone. */
  text(text: string): void;
  note(text: string): void;
}

export function createOutput(options: GlobalOptions): Output {
  const json = options.json ?? false;
  return {
    json,
    verbose: options.verbose ?? false,
    record: (record) => {
      if (json) process.stdout.write(`${JSON.stringify(record)}\n`);
    },
    text: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** Whoever sits at the terminal is an operator, unless the environment or `--role` says otherwise. */
export function configOf(options: GlobalOptions, more: Partial<Settings> = {}): Config {
  const { kinds = [] } = options;
  return loadConfig({
    defaults: { role: 'operator' },
    overrides: {
      ...more,
      ...(kinds.length === 0 ? {} : { kinds }),
      ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
      ...(options.owner === undefined ? {} : { owner: options.owner }),
      ...(options.role === undefined ? {} : { role: options.role }),
    },
  });
}

/** As the reader would write it: relative to the working directory where it lies below that. */
export function shownDataDirectory(options: GlobalOptions): string {
  const { dataDirectory } = configOf(options);
  const below = relative(process.cwd(), dataDirectory);
  return below.startsWith('..') ? dataDirectory : below || '.';
}

/** Of the configured ledger, else of the embedded stack that runs on the data directory. */
export function openClient(options: GlobalOptions): Promise<Onceflow> {
  const { dataDirectory, owner, role, kinds } = configOf(options);
  return connect({ dataDirectory, owner, role, kinds });
}

/** Connects to the configured ledger, or to the running embedded stack, for as long as `work` takes. */
export async function withClient(
  options: GlobalOptions,
  work: (client: Onceflow, output: Output) => Promise<number>,
): Promise<number> {
  const output = createOutput(options);
  try {
    const client = await openClient(options);
    try {
      return await work(client, output);
    } finally {
      await client.close();
    }
  } catch (error) {
    return reportError(error, output);
  }
}

interface Coded {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Everything that this product throws on purpose has a code, a sentence and a hint. */
export function isCoded(error: unknown): error is Error & Coded {
  return error instanceof Error && 'code' in error && 'hint' in error && typeof error.code === 'string';
}

export function reportError(error: unknown, output: Output): number {
  if (!isCoded(error)) {
    output.note(`onceflow: unexpected: ${error instanceof Error ? error.message : String(error)}`);
    if (output.verbose && error instanceof Error) output.note(error.stack ?? '');
    return exitCodes.failed;
  }
  const ids = error instanceof OnceflowError ? error.ids : {};
  output.record(recordOfError({ kind: ids.kind ?? null, resourceId: ids.resourceId ?? null }, error));
  output.note(`onceflow: ${error.code}: ${error.message}\n  ${error.hint}`);
  return exitCodeOf(error.code);
}
