/** Verbs for tests of the sandbox: real children, found again by a marker in their command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ChildLimits, ChildSpec } from '../../media/child.ts';
import type { SandboxSettings } from '../../media/sandbox.ts';
import { detectTools, type ToolName } from '../../media/sandbox-tools.ts';

export const MIB = 1024 * 1024;

export interface Mode {
  readonly name: string;
  readonly without: readonly ToolName[];
}

const here = detectTools([]);

/** From the strongest confinement that this machine has to none at all. */
export const MODES: readonly Mode[] = [
  ...(here.bwrap ? [{ name: 'bwrap', without: [] as const }] : []),
  ...(here.unshare ? [{ name: 'unshare', without: ['bwrap'] as const }] : []),
  { name: 'no namespaces', without: ['bwrap', 'unshare'] },
  { name: 'no tools', without: ['bwrap', 'unshare', 'setpriv', 'prlimit'] },
];

export function makeDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'sandbox-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function limits(over: Partial<ChildLimits> = {}): ChildLimits {
  return {
    wallMs: 15_000,
    memoryBytes: 512 * MIB,
    stdoutBytes: MIB,
    fileBytes: 16 * MIB,
    processes: 32,
    ...over,
  };
}

/** A child that runs a line of shell. */
export function shell(line: string, over: Partial<ChildSpec> = {}): ChildSpec {
  return {
    title: 'shell',
    pipeline: [{ argv: ['/bin/sh', '-c', line] }],
    directory: over.directory ?? makeDirectory(),
    readable: [],
    limits: limits(),
    ...over,
  };
}

/** A word that no other process has in its command line; what still has it after the test is killed. */
export function newMarker(): string {
  const marker = `marker-${randomUUID()}`;
  onTestFinished(() => {
    for (const pid of pidsWith(marker)) killIfThere(pid);
  });
  return marker;
}

/** Living processes whose command line contains the marker. */
export function pidsWith(marker: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && isAlive(pid))
    .filter((pid) => readText(`/proc/${pid}/cmdline`).includes(marker));
}

export type Worker = ChildProcess & { readonly pid: number; readonly stdout: Readable };

/** A process that runs one child in a sandbox, as a worker does, and says `exit {...}` or `error CODE`. */
export function startWorker(settings: SandboxSettings, spec: ChildSpec): Worker {
  return startWorkerAs(process.getuid?.() ?? 0, settings, spec);
}

/** The same as another user; needs root. */
export function startWorkerAs(user: number, settings: SandboxSettings, spec: ChildSpec): Worker {
  const program = fileURLToPath(new URL('./worker-like.ts', import.meta.url));
  const identity = user === process.getuid?.() ? {} : { uid: user, gid: user };
  const worker = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'], ...identity });
  worker.stdin.end(JSON.stringify({ settings, spec }));
  onTestFinished(async () => {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGKILL');
    await gone;
  });
  return worker as Worker;
}

/** The watchdogs that the worker has started. */
export function watchdogsOf(worker: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isAlive(pid))
    .filter((pid) => Number(/^PPid:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1]) === worker)
    .filter((pid) => readText(`/proc/${pid}/cmdline`).includes('watchdog'));
}

/** How many milliseconds passed until the condition held; fails after `withinMs`. */
export async function eventually(what: string, condition: () => boolean, withinMs: number): Promise<number> {
  const began = performance.now();
  while (!condition()) {
    if (performance.now() - began > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await delay(20);
  }
  return performance.now() - began;
}

export function isAlive(pid: number): boolean {
  const state = /^State:\s+(\S)/m.exec(readText(`/proc/${pid}/status`))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
