/** Measures the table in a sandboxed child. */
import type { TableInput, TableValue } from '../../kinds/profiling/flow.ts';
import { type ProfilingParams, profilingSettings } from '../../kinds/profiling/params.ts';
import { profileSchema } from '../../kinds/profiling/profile.ts';
import { GIBIBYTE, MEBIBYTE, TABLE_LIMITS, type TableJob } from '../../media/table/job.ts';
import { type Program, runProgram } from '../program.ts';
import type { StepContext, StepImplementation } from '../step-context.ts';

const PROGRAM: Program = {
  title: 'duckdb profile',
  module: 'table/profile',
  imports: ['text/', 'zip/'],
  inlined: ['@duckdb/node-api'],
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

export const table: StepImplementation<TableInput, TableValue> = async (context, { params }) => {
  // The child handled hostile input: what it says is checked like any input.
  const profile = profileSchema.parse(await runProgram(context, PROGRAM, jobFor(context, params)));
  const { n_rows: rows, n_columns: columns } = profile.dataset;
  return { value: { rows, columns }, document: profile };
};

function jobFor(context: StepContext, params: ProfilingParams): TableJob {
  return {
    inputPath: context.input.path,
    directory: context.directory,
    options: { ...profilingSettings(params), now: new Date().toISOString() },
    limits: TABLE_LIMITS,
  };
}
