/**
 * Runs child processes that treat their input as hostile.
 *
 * 1. A child dies with its worker: by the kernel's parent-death signal at once, and by its watchdog, which also ends
 *    it when the worker is stopped or hung for 15 s. A child whose watchdog is gone is ended by the worker.
 * 2. `run` settles only when the last process of the child is gone: that is the proof which cancelling needs.
 * 3. A device's lock is a file lock that the child itself inherits, so it cannot be free while a process of the
 *    child lives, whatever became of the worker.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import type { ChildExit, ChildLimit, ChildSpec } from './child.ts';
import { attachStreams } from './child-streams.ts';
import { type GroupUse, sampleGroup } from './group-sampler.ts';
import { launchCommand } from './launch.ts';
import { inheritableDescriptors, withoutDescriptors } from './descriptors.ts';
import { endingOf, type LaunchReport, parseReport } from './launch-report.ts';
import { createLookout, type Members } from './lookout.ts';
import { endGroup } from './process-group.ts';
import { detectTools, lossesOf, type SandboxTools, type ToolName } from './sandbox-tools.ts';
import { watch } from './watch.ts';

export interface SandboxSettings {
  /** Tools to do without although they are there. */
  readonly without?: readonly ToolName[];
  /** A file that gets a JSON line for each child that started and ended: a witness outside the ledger. */
  readonly witness?: string;
  /** How long a worker may be silent before its children are ended; 15 s unless said. */
  readonly silenceMs?: number;
}

export interface Sandbox {
  /** Rejects with the signal's reason when it aborts, with SandboxError when the child could not be run or guarded. */
  readonly run: (spec: ChildSpec, signal: AbortSignal) => Promise<ChildExit>;
  /** What protection is missing on this machine, in plain sentences. */
  readonly losses: readonly string[];
}

/** Its message is for people and names no path. */
export class SandboxError extends Error {
  readonly code: 'CHILD_NOT_STARTED' | 'WATCHDOG_LOST' | 'NO_DEVICE_LOCK';

  constructor(code: SandboxError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SandboxError';
    this.code = code;
  }
}

const GRACE_MS = 1_000;
const SILENCE_MS = 15_000;

/** Looks once for what this machine can do. */
export function createSandbox(settings: SandboxSettings = {}): Sandbox {
  const tools = detectTools(settings.without ?? []);
  const leaks = inheritableDescriptors();
  return {
    run: (spec, signal) => runChild({ tools, settings, leaks }, spec, signal),
    losses: lossesOf(tools),
  };
}

interface Confinement {
  readonly tools: SandboxTools;
  readonly settings: SandboxSettings;
  readonly leaks: readonly number[];
}

async function runChild(
  { tools, settings, leaks }: Confinement,
  spec: ChildSpec,
  signal: AbortSignal,
): Promise<ChildExit> {
  signal.throwIfAborted();
  if (spec.deviceLock && !tools.flock) {
    throw new SandboxError(
      'NO_DEVICE_LOCK',
      `${spec.title} needs flock to lock its device. Install util-linux.`,
    );
  }
  const lookout = createLookout();
  const child = await start(tools, leaks, spec);
  const leader = child.pid as number;
  const guard = guardGroup(leader, lookout.membersOf(leader));
  const onAbort = (): void => guard.stop({ error: signal.reason });
  signal.addEventListener('abort', onAbort, { once: true });
  // It may have aborted while the child was being started.
  if (signal.aborted) onAbort();
  try {
    return await superviseChild(child, guard, settings, spec);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function superviseChild(
  child: ChildProcess,
  guard: GroupGuard,
  settings: SandboxSettings,
  spec: ChildSpec,
): Promise<ChildExit> {
  const leader = child.pid as number;
  const began = performance.now();
  const watchdog = watch(leader, settings.silenceMs ?? SILENCE_MS, () =>
    guard.stop({ error: watchdogLost(spec) }),
  );
  const sampler = sampleGroup(guard.members, spec.limits, (limit) => guard.stop({ limit }));
  const witness = (event: 'started' | 'ended'): void => testify(settings.witness, event, spec.title, leader);
  let wall: NodeJS.Timeout | undefined;
  const streams = attachStreams(child, spec, {
    onStarted: () => {
      guard.graceful();
      wall = setTimeout(() => guard.stop({ limit: 'wall' }), spec.limits.wallMs);
      witness('started');
      spec.onStarted?.();
    },
    onOverflow: () => guard.stop({ limit: 'output' }),
    onConsumerError: (error) => guard.stop({ error }),
  });
  // What a program left in the background ends with it; it would hold the streams open.
  let ended: Promise<void> | undefined;
  child.once('exit', () => (ended = guard.end(0)));
  await Promise.race([streams.consumed, guard.stopped.then(streams.discard)]);
  await (ended ?? guard.end(0));
  clearTimeout(wall);
  const use = sampler.stop();
  watchdog.stop();
  const report = parseReport(streams.report(), spec.pipeline.length);
  if (report.started) witness('ended');
  const wallMs = Math.round(performance.now() - began);
  return exitOf(spec, guard.reason(), report, use, { stderrTail: streams.stderrTail(), wallMs });
}

/** Why a child is ended before its time. */
type Stop = { readonly limit: ChildLimit } | { readonly error: unknown };

/** Ends the group once, for the first reason given. */
interface GroupGuard {
  readonly members: Members;
  /** Resolves when the last process of the group is gone. */
  readonly end: (graceMs: number) => Promise<void>;
  /** Its programs run: from now on they get a second to obey SIGTERM. */
  readonly graceful: () => void;
  readonly stop: (why: Stop) => void;
  /** Resolves when the last process of a stopped group is gone. */
  readonly stopped: Promise<void>;
  readonly reason: () => Stop | null;
}

function guardGroup(leader: number, members: Members): GroupGuard {
  const end = (ms: number): Promise<void> => endGroup(leader, ms, members);
  let graceMs = 0;
  let reason: Stop | null = null;
  let resolve = (): void => {};
  const stopped = new Promise<void>((settle) => {
    resolve = settle;
  });
  return {
    members,
    end,
    graceful: () => {
      graceMs = GRACE_MS;
    },
    stop: (why) => {
      if (reason) return;
      reason = why;
      // Past a limit of memory or processes the machine is in danger: no second of grace.
      const urgent = 'limit' in why && (why.limit === 'memory' || why.limit === 'processes');
      void end(urgent ? 0 : graceMs).then(resolve);
    },
    stopped,
    reason: () => reason,
  };
}

function exitOf(
  spec: ChildSpec,
  reason: Stop | null,
  report: LaunchReport,
  use: GroupUse,
  seen: Pick<ChildExit, 'stderrTail' | 'wallMs'>,
): ChildExit {
  if (reason && 'error' in reason) throw reason.error;
  if (!reason && !report.started) {
    const cause = new Error(seen.stderrTail.trim());
    throw new SandboxError('CHILD_NOT_STARTED', `${spec.title} could not be confined and was not started.`, {
      cause,
    });
  }
  const ending = endingOf(report);
  return {
    ...ending,
    limit: reason?.limit ?? limitOfSignal(ending.signal),
    ...seen,
    cpuMs: report.cpuMs ?? use.cpuMs,
    maxResidentBytes: use.maxResidentBytes,
  };
}

function limitOfSignal(signal: NodeJS.Signals | null): ChildLimit | null {
  if (signal === 'SIGXFSZ') return 'file';
  return signal === 'SIGXCPU' ? 'cpu' : null;
}

function watchdogLost(spec: ChildSpec): SandboxError {
  return new SandboxError(
    'WATCHDOG_LOST',
    `The watchdog of ${spec.title} ended before its child, which was ended too.`,
  );
}

/** One line in one write with O_APPEND: lines of several workers do not mix. */
function testify(path: string | undefined, event: 'started' | 'ended', title: string, pid: number): void {
  if (path) appendFileSync(path, `${JSON.stringify({ event, title, pid, at: new Date().toISOString() })}\n`);
}

async function start(tools: SandboxTools, leaks: readonly number[], spec: ChildSpec): Promise<ChildProcess> {
  const [program, ...args] = launchCommand(tools, spec);
  const child = withoutDescriptors(leaks, (covers) =>
    spawn(program, args, {
      cwd: spec.directory,
      env: {},
      detached: true,
      stdio: [spec.stdin || spec.onStdin ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe', ...covers],
    }),
  );
  if (child.pid !== undefined) return child;
  const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
  throw new SandboxError('CHILD_NOT_STARTED', `${spec.title} could not be started.`, { cause });
}
