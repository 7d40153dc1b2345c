import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { cannotStart } from '../config/cannot-start.ts';
import { type ChildExit, dyingWithParent, killGroup, openLog } from './child-process.ts';
import { waitUntil } from './wait.ts';

/**
 * Keeps processes running: workers, beside the servers of the stack.
 *
 * Invariants: one child per spec at a time; each dies with this process (where setpriv is there); after `stop` has begun
 * nothing is started again, and when it has resolved nothing of them is left.
 */
export interface ProcessSpec {
  /** Unique; the log file is named after it. */
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** The child's whole environment; undefined: ours. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly directory?: string | undefined;
}

export interface SupervisorSettings {
  readonly logDirectory: string;
  /** A process has ended without having been asked to; `restartInMs` is undefined when it is given up. */
  readonly onExit?: ((name: string, exit: ChildExit, restartInMs: number | undefined) => void) | undefined;
  readonly onLine?: ((name: string, line: string) => void) | undefined;
  /** How long a process may drain after SIGTERM before SIGKILL. */
  readonly graceMs?: number | undefined;
  /** Deaths in a row, each within a minute of its start, after which a process is given up; 2 of one that cannot start. */
  readonly attempts?: number | undefined;
}

export interface Supervision {
  /** Running processes by name. */
  pids(): Readonly<Record<string, number>>;
  /** SIGTERM, grace, SIGKILL of the whole group; resolves when all are gone. Safe to call twice. */
  stop(): Promise<void>;
}

const firstBackoffMs = 200;
const longestBackoffMs = 15_000;
/** One that ran this long was well: its next death starts the backoff anew. */
const healthyAfterMs = 60_000;

export function superviseProcesses(specs: readonly ProcessSpec[], settings: SupervisorSettings): Supervision {
  const kept = specs.map((spec) => keepRunning(spec, settings));
  let stopping: Promise<void> | undefined;
  return {
    pids() {
      const running = kept.flatMap((one) =>
        one.pid() === undefined ? [] : [[one.name, one.pid()] as const],
      );
      return Object.fromEntries(running) as Record<string, number>;
    },
    stop: () => (stopping ??= Promise.all(kept.map((one) => one.stop())).then(() => {})),
  };
}

interface Kept {
  readonly name: string;
  pid(): number | undefined;
  stop(): Promise<void>;
}

function keepRunning(spec: ProcessSpec, settings: SupervisorSettings): Kept {
  let running: ChildProcess | undefined;
  let stopped = false;
  let deathsInRow = 0;
  let timer: NodeJS.Timeout | undefined;

  const start = () => {
    const startedAt = Date.now();
    running = launch(spec, settings, (exit) => {
      running = undefined;
      if (stopped) return;
      deathsInRow = Date.now() - startedAt > healthyAfterMs ? 1 : deathsInRow + 1;
      const backoffMs = Math.min(firstBackoffMs * 2 ** (deathsInRow - 1), longestBackoffMs);
      const attempts = exit.code === cannotStart ? 2 : (settings.attempts ?? 8);
      const restartInMs = deathsInRow < attempts ? backoffMs : undefined;
      if (restartInMs !== undefined) timer = setTimeout(start, restartInMs);
      settings.onExit?.(spec.name, exit, restartInMs);
    });
  };
  start();
  return {
    name: spec.name,
    pid: () => running?.pid,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const last = running;
      if (last === undefined) return;
      last.kill('SIGTERM');
      const gone = () => running === undefined;
      await waitUntil(gone, settings.graceMs ?? 15_000);
      if (last.pid !== undefined) killGroup(last.pid);
      await waitUntil(gone, 5000);
    },
  };
}

function launch(
  spec: ProcessSpec,
  settings: SupervisorSettings,
  onEnd: (exit: ChildExit) => void,
): ChildProcess {
  const log = createWriteStream('', { fd: openLog(join(settings.logDirectory, `${spec.name}.log`)) });
  // A full disk costs the log, not the process.
  log.on('error', () => {});
  const [command, ...rest] = dyingWithParent('KILL', spec.argv);
  const child = spawn(command, rest, {
    // A group of its own: Ctrl-C reaches us alone, and we stop things in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(spec.env === undefined ? {} : { env: { ...spec.env } }),
    ...(spec.directory === undefined ? {} : { cwd: spec.directory }),
  });
  const forward = (line: string) => {
    log.write(`${line}\n`);
    settings.onLine?.(spec.name, line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, forward);
  let ended = false;
  const end = (exit: ChildExit) => {
    if (ended) return;
    ended = true;
    // What it started in its own group does not outlive it.
    if (child.pid !== undefined) killGroup(child.pid);
    onEnd(exit);
  };
  child.once('error', (error) => {
    forward(`cannot be started: ${error.message}`);
    end({ code: null, signal: null });
  });
  child.once('exit', (code, signal) => end({ code, signal }));
  child.once('close', () => closeLog(log));
  return child;
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

/** Lines still in the readers come after the streams have closed. */
function closeLog(log: WriteStream): void {
  setImmediate(() => log.end());
}
