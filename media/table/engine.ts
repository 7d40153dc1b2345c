/**
 * DuckDB, locked: it may read the files named at opening and nothing else, writes its own database and spill below the
 * private directory, and cannot change these settings any more.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { TableLimits } from './job.ts';

export type Cell = string | number | bigint | boolean | null | Date | object;

export interface Engine {
  readonly version: string;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Cell[][]>;
  /** First row; queries without GROUP BY have exactly one. */
  row(sql: string): Promise<Cell[]>;
  close(): void;
}

export interface EngineSettings {
  readonly directory: string;
  readonly readable: readonly string[];
  readonly limits: TableLimits;
  /** Tables below this size stay in memory, which spares writing them out. */
  readonly onDisk: boolean;
  /** Called while a query makes progress. */
  readonly onProgress: () => void;
}

const POLL_MS = 1000;

export async function openEngine(settings: EngineSettings): Promise<Engine> {
  const { directory, limits } = settings;
  const spill = join(directory, 'spill');
  mkdirSync(spill, { recursive: true });
  const instance = await DuckDBInstance.create(
    settings.onDisk ? join(directory, 'table.duckdb') : ':memory:',
    {
      threads: String(limits.threads),
      memory_limit: `${Math.round(limits.memoryBytes / 1e6)}MB`,
      temp_directory: spill,
      max_temp_directory_size: `${Math.round(limits.spillBytes / 1e6)}MB`,
    },
  );
  const connection = await instance.connect();
  await lockDown(connection, settings.readable);
  const watch = watchProgress(connection, settings.onProgress);
  const rows = async (sql: string): Promise<Cell[][]> => (await connection.runAndReadAll(sql)).getRowsJS();
  return {
    version: String((await rows('SELECT version()'))[0]?.[0]),
    rows,
    row: async (sql) => (await rows(sql))[0] ?? [],
    run: async (sql) => {
      await connection.run(sql);
    },
    close: () => {
      clearInterval(watch);
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The order matters: the last two shut the door behind the others. */
async function lockDown(connection: DuckDBConnection, readable: readonly string[]): Promise<void> {
  for (const setting of [
    `allowed_paths = [${readable.map(literal).join(', ')}]`,
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    "TimeZone = 'UTC'",
    'enable_progress_bar = true',
    'enable_progress_bar_print = false',
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`SET ${setting}`);
  }
}

function watchProgress(connection: DuckDBConnection, onProgress: () => void): NodeJS.Timeout {
  let last = -1;
  const watch = setInterval(() => {
    const { rows_processed: processed, percentage } = connection.progress;
    const now = Number(processed) + percentage;
    if (now > 0 && now !== last) onProgress();
    last = now;
  }, POLL_MS);
  watch.unref();
  return watch;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function number(cell: Cell | undefined): number {
  return cell === null || cell === undefined ? 0 : Number(cell);
}
