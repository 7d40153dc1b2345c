/** The child program that profiles one table. */
import { runAsProgram } from '../program/run.ts';
import { TableFailure } from './failure.ts';
import type { TableJob } from './job.ts';
import { profileTable } from './profile-table.ts';

/** The engine's own limit is hit by the same table every time. */
function memoryFailure(error: unknown): TableFailure | null {
  if (!/^Out of Memory Error/.test((error as Error).message)) return null;
  return new TableFailure(
    'TABLE_MEMORY',
    'The table needs more memory, or more room to spill, than profiling may use.',
    'Split it by columns, or raise the limits of the worker.',
  );
}

await runAsProgram<TableJob>(profileTable, memoryFailure);
