/**
 * Processor time of programs, user and system together, from /proc; elsewhere than on Linux nothing is seen.
 *
 * What runs in a process namespace of its own is lost from its parents' accounts when it ends, so processes are
 * followed while they live: the last moments of each are missed.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux shows ticks of 10 ms to programs. */
const TICKS_A_SECOND = 100;
const SAMPLE_MS = 50;

export interface Spent {
  readonly wallS: number;
  readonly processorS: number;
}

interface Times {
  readonly pid: number;
  readonly parent: number;
  /** Ticks of the process itself, and of the children that it has waited for. */
  readonly own: number;
  readonly reaped: number;
  readonly since: string;
}

/** Seconds that children of this process took which it has waited for. */
export function reapedSeconds(): number {
  return (readTimes(process.pid)?.reaped ?? 0) / TICKS_A_SECOND;
}

/** Follows everything that descends from this process; `stop` gives the seconds that it took since. */
export function followDescendants(): { readonly stop: () => number } {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  let begun = false;
  const sample = (): void => {
    for (const { pid, since, own } of descendants()) {
      const name = `${pid} ${since}`;
      if (!first.has(name)) first.set(name, begun ? 0 : own);
      last.set(name, own);
    }
    begun = true;
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      const ticks = [...last].reduce((sum, [name, own]) => sum + own - (first.get(name) ?? 0), 0);
      return ticks / TICKS_A_SECOND;
    },
  };
}

function descendants(): readonly Times[] {
  const all = readPids().flatMap((pid) => readTimes(pid) ?? []);
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const descends = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === process.pid || descends(parents.get(pid)));
  return all.filter(({ parent }) => descends(parent));
}

function readPids(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function readTimes(pid: number): Times | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may itself hold brackets and blanks: the fields start after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const at = (index: number): number => Number(fields[index]);
    return { pid, parent: at(1), own: at(11) + at(12), reaped: at(13) + at(14), since: fields[19] ?? '' };
  } catch {
    return null;
  }
}
