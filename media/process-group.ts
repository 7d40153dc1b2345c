/**
 * The processes of one child, seen through /proc.
 *
 * Every child leads a session of its own, so its processes are those whose session or process group bears the
 * leader's pid. Zombies do not count: they hold no memory, lock or file, and in a container without an init nobody
 * reaps the orphaned ones. The leader is a wrapper (unshare, bwrap, flock, sh): ending it first would end the rest
 * without grace, so SIGTERM passes it by.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface GroupMember {
  readonly pid: number;
  readonly threads: number;
  /** User plus system time, of children it has waited for too. */
  readonly cpuMs: number;
  /** Clock ticks since boot; tells a process from a later one with the same pid. */
  readonly startTicks: number;
}

/** USER_HZ, which Linux shows to programs as 100 on every architecture that Node runs on. */
const MS_PER_TICK = 10;
const POLL_MS = 20;

/**
 * The living processes of the group, the leader among them. Whoever looks often gives a set of strangers: processes
 * that were found not to belong, and so need no second look, since nobody can enter a session from outside.
 */
export function groupMembers(leader: number, strangers?: Set<number>): readonly GroupMember[] {
  return livingPids().flatMap((pid) => {
    if (strangers?.has(pid)) return [];
    const stat = readStat(pid);
    if (stat === null) return [];
    if (stat.group === leader || stat.session === leader) return [stat];
    strangers?.add(pid);
    return [];
  });
}

/** When the process started, or null if there is none. */
export function startTicks(pid: number): number | null {
  return readStat(pid)?.startTicks ?? null;
}

/** Resident memory of one process now and at its peak. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readProc(`/proc/${pid}/status`) ?? '';
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** Threads of the whole system, this machine's or container's; one cheap read. */
export function systemThreads(): number {
  return Number(/\/(\d+) /.exec(readProc('/proc/loadavg') ?? '')?.[1] ?? 0);
}

/** The pid that was given last, here or in this container; null where the system does not say. */
export function lastPidGiven(): number | null {
  const pid = Number(readProc('/proc/sys/kernel/ns_last_pid') ?? 0);
  return pid > 0 ? pid : null;
}

/** SIGTERM, `graceMs` for the programs to obey, SIGKILL; resolves when the last process is gone. */
export async function endGroup(
  leader: number,
  graceMs: number,
  members = (): readonly GroupMember[] => groupMembers(leader),
): Promise<void> {
  const deadline = performance.now() + graceMs;
  if (graceMs > 0) {
    for (const { pid } of members()) if (pid !== leader) send(pid, 'SIGTERM');
  }
  const isGone = (): boolean => (hasProc() ? members().length === 0 : !send(-leader, 0));
  for (let kills = 0; !isGone(); await delay(POLL_MS)) {
    if (performance.now() < deadline) continue;
    // The group at once, without looking: its processes may be many. Then those who left it within their session.
    send(-leader, 'SIGKILL');
    if (kills > 0) for (const { pid } of members()) send(pid, 'SIGKILL');
    kills += 1;
  }
}

function hasProc(): boolean {
  return readStat(process.pid) !== null;
}

/** False when there is no such process. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Everybody who lives on the machine, or in the container; of a system without /proc nobody. */
export function livingPids(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function readStat(pid: number): (GroupMember & { readonly group: number; readonly session: number }) | null {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name in parentheses may itself hold spaces and parentheses: what counts begins after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const at = (index: number): number => Number(fields[index]);
  return {
    pid,
    group: at(2),
    session: at(3),
    cpuMs: (at(11) + at(12) + at(13) + at(14)) * MS_PER_TICK,
    threads: at(17),
    startTicks: at(19),
  };
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
