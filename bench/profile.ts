/**
 * The whole profile of a million rows of 12 columns against DuckDB's SUMMARIZE of the same file, which is approximate
 * and measures a fifth of it. Both run as programs of their own, from start to exit, in turns; medians are compared.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../activities/profiling/table.ts';
import { runStep } from '../tools/step-runner.ts';
import type { Measured } from './measured.ts';
import { writeRows } from './profile-rows.ts';

const ROWS = 1_000_000;
const GOAL = 5;
const ROUNDS = 5;
/** As many as the profile has. */
const THREADS = 2;

export async function benchProfile(): Promise<readonly Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  try {
    const path = join(directory, 'rows.csv');
    writeRows(path, ROWS);
    const summaries: number[] = [];
    const profiles: number[] = [];
    let residentBytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      summaries.push(summarize(path));
      const run = await runStep(table, path, { params: {} }, { digest: 'left-out' });
      profiles.push(run.wallMs);
      residentBytes = Math.max(residentBytes, ...run.exits.map((exit) => exit.maxResidentBytes ?? 0));
    }
    const parts = {
      rows: ROWS,
      columns: 12,
      file_bytes: statSync(path).size,
      rounds: ROUNDS,
      summarize_ms: Math.round(median(summaries)),
      profile_ms: Math.round(median(profiles)),
      profile_resident_bytes: residentBytes,
    };
    // Rounds are paired: other work on the machine slows both of a pair alike.
    const ratio = median(profiles.map((profile, round) => profile / (summaries[round] as number)));
    return [{ name: 'profile of 1,000,000 x 12 against SUMMARIZE', ratio, goal: GOAL, parts }];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Wall clock in ms of a program that does nothing else. */
function summarize(path: string): number {
  const program = `
    import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
    const instance = await DuckDBInstance.create(':memory:', { threads: '${THREADS}' });
    const connection = await instance.connect();
    await connection.runAndReadAll("SUMMARIZE FROM read_csv('${path}')");
  `;
  const began = performance.now();
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  if (ended.status !== 0) throw new Error(`SUMMARIZE ended with ${ended.status ?? ended.signal}`);
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await benchProfile(), null, 2)}\n`);
}
