import { setTimeout as delay } from 'node:timers/promises';
import { type FaultPoint, faultPoints } from '../../ledger/fault-points.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import type { Fleet } from './fleet.ts';
import { longestHoldMs } from './hold.ts';
import type { Inflicter } from './inflict.ts';
import type { Random } from './random.ts';
import type { Fault, Role } from './schedule.ts';
import { refOf } from './script.ts';
import type { Work } from './work.ts';

export interface Hit {
  readonly fault: Fault;
  /** What it met: a process or an analysis. */
  readonly met: string;
}

export interface FaultRun {
  readonly schedule: readonly Fault[];
  readonly fleet: Fleet;
  readonly work: Work;
  readonly inflicter: Inflicter;
  readonly random: Random;
  readonly analyses: number;
  readonly log: (line: string) => void;
}

/** Faults overlap, so that the second meets what the first has left. */
const lanes = 3;
const windowMs = 10_000;
const tries = 5;
/** Faults wait for the analyses to keep pace, but not longer than this: a fault may be what holds them up. */
const idleMs = 12_000;

/** Does all faults, spread over all analyses; each that did not hit is tried again later. */
export async function doFaults(run: FaultRun): Promise<{ hits: readonly Hit[]; missed: readonly Fault[] }> {
  const queue = run.schedule.map((fault) => ({ fault, left: tries }));
  const hits: Hit[] = [];
  const missed: Fault[] = [];
  const share = () => hits.length / run.schedule.length;
  const allowMore = () => {
    // Some analyses beyond the number asked for, if faults are still to hit one.
    const ahead = Math.max(40, run.analyses * 0.05);
    const all = queue.length === 0 ? run.analyses : Math.ceil(run.analyses * 1.2);
    run.work.allow(Math.min(all, Math.ceil(share() * run.analyses + ahead)));
  };
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await notBefore(() => run.work.done() >= share() * run.analyses * 0.9 - 20);
      const met = await hit(run, next.fault).catch((error: unknown) => {
        run.log(`${next?.fault.number}: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      });
      if (met !== null) hits.push({ fault: next.fault, met });
      else if (next.left > 1) queue.push({ ...next, left: next.left - 1 });
      else missed.push(next.fault);
      if (met !== null && hits.length % 20 === 0)
        run.log(`${hits.length} faults, ${run.work.done()} analyses`);
      allowMore();
      await delay(run.random.between(0, 400));
    }
  };
  allowMore();
  await Promise.all(Array.from({ length: lanes }, lane));
  run.work.allow(run.analyses);
  return { hits, missed };
}

async function notBefore(isDue: () => boolean): Promise<void> {
  const deadline = Date.now() + idleMs;
  while (!isDue() && Date.now() < deadline) await delay(50);
}

/** What the fault met; null: nothing, within the time for it. */
async function hit(run: FaultRun, fault: Fault): Promise<string | null> {
  return isPoint(fault.where) ? hitWindow(run, fault, fault.where) : hitAnywhere(run, fault);
}

function isPoint(where: string): where is FaultPoint {
  return (faultPoints as readonly string[]).includes(where);
}

async function hitWindow(
  { fleet, inflicter }: FaultRun,
  fault: Fault,
  point: FaultPoint,
): Promise<string | null> {
  const { begin, cancel } = await inflicter.prepare(fault);
  const held = await fleet.holdAt(point, fault.number, windowMs);
  if (held === null) {
    cancel();
    return null;
  }
  const { member, workflowId } = held;
  const heldAt = performance.now();
  try {
    await begin({ member, workflowId });
    // Later than that it has gone on by itself.
    return performance.now() - heldAt < longestHoldMs ? `${member.name} ${workflowId}` : null;
  } finally {
    held.go(fault.kind === 'lose answer' ? 'lost' : 'usual');
  }
}

async function hitAnywhere(
  { fleet, inflicter, work, random }: FaultRun,
  fault: Fault,
): Promise<string | null> {
  const role = fault.where.split(': ')[1] as Role | undefined;
  const { begin, cancel } = await inflicter.prepare(fault);
  const members = role === undefined ? [] : fleet.members(role);
  const candidates = fault.kind === 'start by hand' ? work.finished() : work.outstanding();
  if (candidates.length === 0 || (role !== undefined && members.length === 0)) {
    cancel();
    return null;
  }
  const member = role === undefined ? undefined : random.pick(members);
  const workflowId = workflowIdOf(refOf(random.pick(candidates)));
  await begin({ member, workflowId });
  return member?.name ?? workflowId;
}
