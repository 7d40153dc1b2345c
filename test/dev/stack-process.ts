import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { identityOf } from '../../dev/identity.ts';
import { removeStackData, stopRunningStack, type StackSettings } from '../../dev/stack.ts';
import { waitUntil } from '../../dev/wait.ts';

/** A data directory of the running test; its stack is stopped and every trace removed at the test's end. */
export async function temporaryDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'onceflow-stack-'));
  onTestFinished(async () => {
    await stopRunningStack(directory);
    await removeStackData(directory);
  });
  return directory;
}

export interface HeldStack {
  readonly attached: boolean;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Postgres, Temporal. */
  readonly pids: readonly [number, number];
  readonly process: ChildProcess;
  /** What the process said on the way. */
  readonly progress: readonly string[];
}

export interface HolderOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts a stack in a process of its own; resolves when it is up. */
export async function holdStack(settings: StackSettings, options: HolderOptions = {}): Promise<HeldStack> {
  const script = fileURLToPath(new URL('hold-stack.ts', import.meta.url));
  const holder = spawn(process.execPath, [script, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  onTestFinished(() => end(holder, 'SIGKILL'));
  const progress: string[] = [];
  createInterface({ input: holder.stderr }).on('line', (line) => progress.push(line));
  const answer = await Promise.race([
    once(createInterface({ input: holder.stdout }), 'line'),
    once(holder, 'exit').then(() => undefined),
  ]);
  if (answer === undefined) throw new Error(`the holder ended: ${progress.join('\n')}`);
  return {
    ...(JSON.parse(String(answer[0])) as Omit<HeldStack, 'process' | 'progress'>),
    process: holder,
    progress,
  };
}

/** Sends the signal, unless it has ended, and waits for its end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

export function areGone(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  return waitUntil(() => pids.every((pid) => identityOf(pid) === undefined), timeoutMs);
}

/** The first column of the first row. */
export async function query(databaseUrl: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return (rows as unknown[][])[0]?.[0];
  } finally {
    await client.end();
  }
}
