/**
 * Resident memory of the workers and of the children that they start, from /proc, sampled while something runs.
 *
 * The high-water marks of a child's processes are added up, pages that they share counted for each: more than they ever
 * held together, never less.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLE_MS = 100;

export interface ResidentSettings {
  /** Worker processes by name. */
  readonly workers: () => Readonly<Record<string, number>>;
  /** Titles of the children that were started, by the pid of their leader. */
  readonly titles: () => ReadonlyMap<number, string>;
  /** Directory of the attempts: how large it grows. */
  readonly attempts: string;
}

/** Largest values seen, bytes. */
export interface Resident {
  readonly workers: ReadonlyMap<string, number>;
  /** By what the child is; the watchdogs of the workers are among them. */
  readonly children: ReadonlyMap<string, number>;
  /** What the children had written below the attempts' directory at one moment. */
  readonly attemptBytes: number;
  /** The same, in directories named `spill`. */
  readonly spillBytes: number;
}

/** Samples until stopped. */
export function sampleResident(settings: ResidentSettings): { readonly stop: () => Resident } {
  const workers = new Map<string, number>();
  const children = new Map<string, number>();
  let [attemptBytes, spillBytes] = [0, 0];
  const keep = (map: Map<string, number>, name: string, bytes: number): void =>
    void map.set(name, Math.max(map.get(name) ?? 0, bytes));
  const sample = (): void => {
    const pids = settings.workers();
    const processes = readProcesses();
    for (const [name, pid] of Object.entries(pids)) keep(workers, name, peakOf(pid));
    for (const [title, members] of childrenOf(processes, Object.values(pids), settings.titles())) {
      keep(
        children,
        title,
        members.reduce((sum, pid) => sum + peakOf(pid), 0),
      );
    }
    const written = writtenBelow(settings.attempts);
    attemptBytes = Math.max(attemptBytes, written.all);
    spillBytes = Math.max(spillBytes, written.spill);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return { workers, children, attemptBytes, spillBytes };
    },
  };
}

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** Each child leads a session of its own; what else descends from a worker is a watchdog. */
function* childrenOf(
  processes: readonly Seen[],
  workers: readonly number[],
  titles: ReadonlyMap<number, string>,
): Generator<readonly [title: string, pids: readonly number[]]> {
  const sessions = new Map<number, number[]>();
  for (const { pid, parent, session } of processes) {
    if (workers.includes(parent) || titles.has(session)) {
      sessions.set(session, [...(sessions.get(session) ?? []), pid]);
    }
  }
  for (const [leader, pids] of sessions) {
    const title = titles.get(leader) ?? (commandOf(leader).includes('watchdog') ? 'watchdog' : null);
    if (title !== null) yield [title, pids]; // Else it is still being confined.
  }
}

function readProcesses(): readonly Seen[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? readText(`/proc/${pid}/stat`) : '';
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || session === undefined || state === 'Z') return [];
    return [{ pid, parent: Number(parent), session: Number(session) }];
  });
}

/** The high-water mark, so that a peak between two samples counts. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function commandOf(pid: number): string {
  return readText(`/proc/${pid}/cmdline`);
}

function writtenBelow(directory: string): { readonly all: number; readonly spill: number } {
  let [all, spill] = [0, 0];
  for (const name of readFolder(directory)) {
    const bytes = sizeOf(join(directory, name));
    all += bytes;
    if (name.includes('/spill/')) spill += bytes;
  }
  return { all, spill };
}

function readFolder(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' });
  } catch {
    return []; // Not made yet, or an attempt took its own away meanwhile.
  }
}

function sizeOf(path: string): number {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : 0;
  } catch {
    return 0;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // Gone in the meantime.
  }
}
