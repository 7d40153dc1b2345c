/** Living descendants of some processes, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

interface Living {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
}

export function childrenOf(pids: readonly number[]): readonly Living[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? look(Number(name)) : []));
  const found = new Set(pids);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parentPid } of all) if (found.has(parentPid)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid) && !pids.includes(pid));
}

/** Whether any process was started with this word in its command line. */
export function runs(word: string): boolean {
  return readdirSync('/proc').some(
    (name) => /^\d+$/.test(name) && look(Number(name)).some(({ command }) => command.includes(word)),
  );
}

function look(pid: number): readonly Living[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    return [{ pid, parentPid: Number(parent), command }];
  } catch {
    // It ended between the two reads.
    return [];
  }
}
