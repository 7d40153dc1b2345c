/** Profiles the table in a sandboxed child and judges what it measured. */
import { composeResult } from '../../kinds/profiling/compose.ts';
import { type ProfilingParams, profilingSettings } from '../../kinds/profiling/params.ts';
import { profileSchema } from '../../kinds/profiling/profile.ts';
import { GIBIBYTE, MEBIBYTE, TABLE_LIMITS, type TableJob } from '../../media/table/job.ts';
import { type Program, runProgram } from '../program.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';

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

const PROGRAM: Program = {
  title: 'duckdb profile',
  module: 'table/profile',
  limits: {
    wallMs: 2 * 3_600_000,
    // Resident, because V8 alone reserves more addresses than that. A 2 GB CSV stays below 1 GB.
    memory: 'resident',
    memoryBytes: 2 * GIBIBYTE,
    stdoutBytes: MEBIBYTE,
    fileBytes: 64 * GIBIBYTE,
    processes: 64,
  },
  heapMebibytes: 512,
  code: 'TABLE',
  name: 'The table engine',
  hint: 'If it happens again, split the table or convert it to plain CSV, and profile that.',
  // 20,000 columns take about 100 MB.
  outcomeBytes: 256 * MEBIBYTE,
};

export const table: StepImplementation<TableInput, TableValue> = async (context, input) => {
  // The child handled hostile input: what it says is checked like any input.
  const profile = profileSchema.parse(
    await runProgram(context, PROGRAM, jobFor(context, input.params ?? {})),
  );
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
