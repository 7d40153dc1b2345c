import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { StepFailure } from '../../activities/step-context.ts';
import { result as writeResult } from '../../activities/profiling/result.ts';
import { table } from '../../activities/profiling/table.ts';
import type { ProfilingParams } from '../../kinds/profiling/params.ts';
import type { TableColumn } from '../../kinds/profiling/profile.ts';
import { profilingResultSchema, type ProfilingResult } from '../../kinds/profiling/result.ts';
import { runStep, type StepRun } from '../../tools/step-runner.ts';
import { brokenRules } from '../support/result-rules.ts';

/** In characters. */
const LENGTHS = ['min_length', 'max_length', 'mean_length', 'median_length'];

let directory = '';

/** Files of one test file live in one directory, gone afterwards. */
export function withFiles(): void {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onceflow-tables-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
}

export async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

export interface Profiled {
  readonly result: ProfilingResult;
  readonly run: StepRun<unknown>;
  readonly codes: readonly string[];
  column(name: string): TableColumn;
}

/** Profiles a file in the real sandbox; the result must be what its schema says. */
export async function profile(path: string, params: ProfilingParams = {}): Promise<Profiled> {
  const run = await runStep(table, path, { params });
  const outputs = [{ step: 'profiling.table', document: run.document }];
  const { document } = await runStep(writeResult, path, { table: 1 }, { outputs });
  // Cells may say anything, a path too.
  const { profiling, ...rest } = document as ProfilingResult;
  const { columns, samples: _, rows: __, ...measured } = profiling;
  const numbers = columns.map(({ index, numeric, text, datetime }) => ({ index, numeric, text, datetime }));
  expect(brokenRules({ ...rest, ...measured, numbers }, LENGTHS)).toEqual([]);
  const result = profilingResultSchema.parse(JSON.parse(JSON.stringify(document)));
  return {
    result,
    run,
    codes: result.alerts.map(({ code }) => code),
    column: (name) => {
      const found = result.profiling.columns.find((column) => column.name === name);
      if (!found)
        throw new Error(`no column ${name} among ${result.profiling.columns.map((c) => c.name).join(', ')}`);
      return found;
    },
  };
}

export async function profileText(
  name: string,
  content: string | Uint8Array,
  params: ProfilingParams = {},
): Promise<Profiled> {
  return profile(await file(name, content), params);
}

/** The typed failure of a file that cannot be profiled. */
export async function failureOf(path: string, params: ProfilingParams = {}): Promise<StepFailure> {
  try {
    await runStep(table, path, { params });
  } catch (error) {
    if (error instanceof StepFailure) return error;
    throw error;
  }
  throw new Error('it was profiled');
}
