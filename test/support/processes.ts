/**
 * Which processes a test started and did not end, read from /proc (elsewhere: none are seen, so nothing is claimed).
 * A process counts when it descends from us or carries our marker in its environment: the marker finds what was
 * detached or orphaned, the descent finds what got an emptied environment.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
  readonly environment: string;
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // Gone in the meantime, or not ours to read.
  }
};

const readProcess = (pid: number): RunningProcess | undefined => {
  const stat = readText(`/proc/${pid}/stat`);
  // The name in brackets may itself hold brackets and blanks: the fields start after the last one.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || parent === undefined || state === 'Z' || state === 'X') return undefined;
  const command = readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return { pid, parentPid: Number(parent), command, environment: readText(`/proc/${pid}/environ`) };
};

const listProcesses = (): readonly RunningProcess[] => {
  let names: readonly string[] = [];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => readProcess(Number(name)) ?? []);
};

const descendantsOf = (rootPid: number, all: readonly RunningProcess[]): ReadonlySet<number> => {
  const found = new Set([rootPid]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const one of all) if (found.has(one.parentPid)) found.add(one.pid);
  }
  found.delete(rootPid);
  return found;
};

/** Processes that descend from this one or carry `marker` (`NAME=value`) in their environment. */
export const startedHere = (marker: string): readonly RunningProcess[] => {
  const all = listProcesses();
  const descendants = descendantsOf(process.pid, all);
  return all.filter(
    (one) => one.pid !== process.pid && (descendants.has(one.pid) || one.environment.includes(marker)),
  );
};

/** Waits up to `graceMs` for `remaining` to find none; what is left then is a leak, and is ended here. */
export const endLeaks = async (
  remaining: () => readonly RunningProcess[],
  graceMs: number,
): Promise<readonly RunningProcess[]> => {
  const deadline = performance.now() + graceMs;
  let left = remaining();
  while (left.length > 0 && performance.now() < deadline) {
    await delay(50);
    left = remaining();
  }
  for (const one of left) {
    try {
      process.kill(one.pid, 'SIGKILL');
    } catch {
      // It ended between the last look and the signal.
    }
  }
  return left;
};

export const describeLeaks = (left: readonly RunningProcess[]): string =>
  left.map((one) => `  pid ${one.pid}: ${one.command.slice(0, 200) || '(no command line)'}`).join('\n');
