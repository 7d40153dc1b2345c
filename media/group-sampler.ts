/** Memory, threads and processor time of a child, sampled from /proc while it runs. */
import { OWN_PROCESSES } from './launch.ts';
import type { Members } from './lookout.ts';
import { residentBytes, systemThreads } from './process-group.ts';

const GLANCE_MS = 50;
const GLANCES_PER_SAMPLE = 5;

export interface GroupUse {
  readonly maxResidentBytes: number | null;
  /** Of the processes seen: less than the truth where short ones came and went between two samples. */
  readonly cpuMs: number | null;
}

export interface GroupBounds {
  readonly memoryBytes: number;
  readonly processes: number;
}

/** Samples until stopped; `exceed` is called on every sample that is over a bound. */
export function sampleGroup(
  membersNow: Members,
  bounds: GroupBounds,
  exceed: (limit: 'memory' | 'processes') => void,
): { readonly stop: () => GroupUse } {
  let maxResidentBytes: number | null = null;
  let cpuMs: number | null = null;
  const sample = (): void => {
    const members = membersNow();
    const threads = sumOf(members, (member) => member.threads);
    if (threads > bounds.processes + OWN_PROCESSES) return exceed('processes');
    const resident = members.map((member) => residentBytes(member.pid));
    const now = sumOf(resident, (one) => one.now);
    // A peak between two samples is seen in the high-water mark of the process that had it.
    const highest = Math.max(now, ...resident.map((one) => one.peak));
    if (highest > 0) maxResidentBytes = Math.max(maxResidentBytes ?? 0, highest);
    if (members.length > 0) cpuMs = Math.max(cpuMs ?? 0, sumOf(members, cpuOf));
    if (now > bounds.memoryBytes) exceed('memory');
  };
  // Within a quarter of a second a fork bomb leaves the sampler no processor time to stop it: between two samples
  // one number of the whole system tells whether to look at once.
  let glances = 0;
  let threadsThen = systemThreads();
  const glance = (): void => {
    glances += 1;
    const threads = systemThreads();
    if (glances % GLANCES_PER_SAMPLE !== 1 && threads < threadsThen + bounds.processes) return;
    threadsThen = threads;
    sample();
  };
  const timer = setInterval(glance, GLANCE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return { maxResidentBytes, cpuMs };
    },
  };
}

function sumOf<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0);
}

function cpuOf(member: { readonly cpuMs: number }): number {
  return member.cpuMs;
}
