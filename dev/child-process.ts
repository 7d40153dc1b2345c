import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, type ProcessIdentity } from './identity.ts';
import { waitUntil } from './wait.ts';

/** A log that has grown beyond this when a process starts is put aside as `.1`, over the one before. */
const logLimitBytes = 10 * 1024 * 1024;

export interface ChildSpec {
  readonly argv: readonly [string, ...string[]];
  /** Both output streams go there: a file has no reader that could die, so an orphan can still write and end in order. */
  readonly logFile: string;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  readonly directory?: string;
  /** What the kernel sends the child when we die without a word (Linux with setpriv; elsewhere the next start ends it). */
  readonly deathSignal: 'KILL' | 'INT';
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<ChildExit>;
  hasExited(): boolean;
  /** Sends the signal to the child alone, unless it has exited. */
  kill(signal: NodeJS.Signals): void;
  /** Each signal in turn, with its time to take effect; the last resort is SIGKILL of the whole group. */
  stop(steps: readonly StopStep[]): Promise<ChildExit>;
}

export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/**
 * Starts a process in a group of its own, so that Ctrl-C in a terminal reaches the supervisor alone and it can stop
 * things in order. Throws when the program cannot be started.
 */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const log = openLog(spec.logFile);
  const [command, ...rest] = dyingWithParent(spec.deathSignal, spec.argv);
  const child = spawn(command, rest, {
    detached: true,
    stdio: ['ignore', log, log],
    ...(spec.directory === undefined ? {} : { cwd: spec.directory }),
    ...spec.account,
  });
  closeSync(log);
  let exit: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve((exit = { code, signal })));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const kill = (signal: NodeJS.Signals) => {
    if (exit === undefined) child.kill(signal);
  };
  return {
    // A child that is already gone has no entry to read: nothing can be mistaken for it.
    identity: identityOf(pid) ?? { pid, startedAt: 'gone' },
    exited,
    hasExited: () => exit !== undefined,
    kill,
    async stop(steps) {
      for (const step of steps) {
        kill(step.signal);
        if (await waitUntil(() => exit !== undefined, step.graceMs)) break;
      }
      killGroup(pid);
      return exited;
    },
  };
}

/** SIGKILL to what is left of a child's process group; a group without members is no error. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing left to kill.
  }
}

/** Of util-linux, where there is one. */
const setpriv = 'setpriv';
let setprivWorks: boolean | undefined;

/** The command line that makes the kernel end the process with its parent, where setpriv is there; else as it is. */
export function dyingWithParent(
  deathSignal: 'KILL' | 'INT' | 'TERM',
  argv: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  setprivWorks ??=
    process.platform === 'linux' &&
    spawnSync(setpriv, ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0;
  return setprivWorks ? [setpriv, '--pdeathsig', deathSignal, '--', ...argv] : argv;
}

/** A descriptor to append to; made with its directory where missing. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimitBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
