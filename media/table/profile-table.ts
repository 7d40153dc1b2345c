/** The whole profile of one file: open, load, measure each column, then the table and its pairs. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type MeasuredColumn, measureColumn } from './column.ts';
import { datasetOf, samplesOf } from './dataset.ts';
import { type Engine, openEngine } from './engine.ts';
import { TableFailure } from './failure.ts';
import type { ProgressLine } from '../program/outcome.ts';
import { MEBIBYTE, type TableJob } from './job.ts';
import { loadTable } from './load.ts';
import { type Opened, openSource } from './open-source.ts';
import { pairsOf } from './pairs.ts';
import { asCorrupt, readParquetTable } from './parquet-table.ts';
import type { Profile } from './profile-shape.ts';
import { sizeOf } from '../program/file-bytes.ts';
import type { TableSource } from './source.ts';

/** Smaller tables stay in memory. */
const IN_MEMORY_BYTES = 160 * MEBIBYTE;

export async function profileTable(
  job: TableJob,
  onProgress: (line: ProgressLine) => void,
): Promise<Profile> {
  // By descriptor: the name could hold a glob, and cannot be exchanged for another file any more.
  const descriptor = openSync(job.inputPath, 'r');
  const input = `/proc/self/fd/${descriptor}`;
  let ticks = 0;
  const opened = await openSource(job, input, (done) => onProgress({ done, unit: 'bytes' }));
  const bytes = sizeOf(input);
  const engine = await openEngine({
    directory: job.directory,
    readable: [
      input,
      ...['unfolded', 'text.utf8', 'below-notes', 'records.csv'].map((name) => join(job.directory, name)),
    ],
    limits: { ...job.limits, memoryBytes: memoryFor(job.limits.memoryBytes, opened) },
    onDisk: bytes > IN_MEMORY_BYTES || opened.kind === 'parquet' ? bytes > IN_MEMORY_BYTES / 4 : false,
    onProgress: () => onProgress({ done: (ticks += 1), unit: 'engine steps' }),
  });
  try {
    const source = opened.kind === 'parquet' ? await readParquetTable(engine, opened.path) : opened.source;
    if (source.names.length > MOST_COLUMNS) throw tooManyColumns(source.names.length);
    return await measured(job, engine, source, bytes, onProgress);
  } finally {
    engine.close();
    closeSync(descriptor);
  }
}

/** A vector of every column is held at once; the engine reserves about a megabyte for each and touches little of it. */
const PER_COLUMN_BYTES = MEBIBYTE;
const USUAL_COLUMNS = 100;
const MOST_COLUMNS = 1000;

function memoryFor(usual: number, opened: Opened): number {
  const columns = opened.kind === 'source' ? opened.source.names.length : 0;
  if (columns > MOST_COLUMNS) throw tooManyColumns(columns);
  return usual + Math.max(0, columns - USUAL_COLUMNS) * PER_COLUMN_BYTES;
}

function tooManyColumns(columns: number): TableFailure {
  return new TableFailure(
    'TOO_MANY_COLUMNS',
    `The table has ${columns} columns; profiling takes up to ${MOST_COLUMNS}.`,
    'Turn columns into rows of name and value, or profile a part of them.',
  );
}

async function measured(
  job: TableJob,
  engine: Engine,
  source: TableSource,
  bytes: number,
  onProgress: (line: ProgressLine) => void,
): Promise<Profile> {
  const { columns: plans, rows } = await load(engine, source);
  const total = plans.length + 2;
  const work = { engine, source, options: job.options, rows };
  const columns: MeasuredColumn[] = [];
  for (const plan of plans) {
    columns.push(await measureColumn(work, plan));
    onProgress({ done: columns.length, total, unit: 'columns' });
  }
  const dataset = await datasetOf(engine, columns, rows, bytes);
  onProgress({ done: plans.length + 1, total, unit: 'columns' });
  let pairsDone = 0;
  const pairs = await pairsOf(engine, columns, () => onProgress({ done: (pairsDone += 1), unit: 'pairs' }));
  return {
    format: source.format,
    rows: source.rows,
    dataset,
    columns: columns.map(({ column }) => column),
    pairs,
    samples: await samplesOf(engine, columns, rows),
    missing_rule: source.missingRule,
    engine: { name: 'duckdb', version: engine.version },
    max_resident_bytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function load(engine: Engine, source: TableSource): ReturnType<typeof loadTable> {
  try {
    return await loadTable(engine, source);
  } catch (error) {
    if (error instanceof TableFailure) throw error;
    if (source.format.container === 'parquet') throw asCorrupt(error);
    throw error;
  }
}
