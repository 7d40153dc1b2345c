/**
 * The worker's end of the watchdog: starts it, pings it, tells it whom to guard.
 *
 * One watchdog guards all children of a worker: starting a program for each would cost a short child more processor
 * time than its own work. It stays a little after the last one, for the child of the next step.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { extname } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const PING_MS = 2_000;
const LINGER_MS = 2_000;
/** Beside this file, and compiled or not as this file is. */
const WATCHDOG = fileURLToPath(new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url));

/** By how long a worker may be silent. */
const watchdogs = new Map<number, Watchdog>();

/** `onLost` is called if the watchdog ends before it is told that the child has ended. */
export function watch(leader: number, silenceMs: number, onLost: () => void): { readonly stop: () => void } {
  const watchdog = watchdogs.get(silenceMs) ?? startWatchdog(silenceMs, leader);
  return watchdog.guard(leader, onLost);
}

interface Watchdog {
  readonly guard: (leader: number, onLost: () => void) => { readonly stop: () => void };
}

function startWatchdog(silenceMs: number, first: number): Watchdog {
  const process = spawnWatchdog(silenceMs, first);
  const guarded = new Map<number, () => void>();
  let idle: NodeJS.Timeout | undefined;
  const timer = setInterval(() => process.stdin.write('.\n'), PING_MS);
  timer.unref();
  const forget = (): void => {
    clearInterval(timer);
    clearTimeout(idle);
    if (watchdogs.get(silenceMs) === watchdog) watchdogs.delete(silenceMs);
  };
  const lost = (): void => {
    forget();
    for (const onLost of guarded.values()) onLost();
    guarded.clear();
  };
  process.once('exit', lost);
  process.once('error', lost);
  const dismiss = (): void => {
    forget();
    process.kill('SIGKILL');
    process.stdin.destroy();
  };
  const watchdog: Watchdog = {
    guard(leader, onLost) {
      clearTimeout(idle);
      guarded.set(leader, onLost);
      process.stdin.write(`+${leader}\n`);
      return {
        stop: () => {
          if (!guarded.delete(leader)) return;
          process.stdin.write(`-${leader}\n`);
          if (guarded.size === 0) idle = setTimeout(dismiss, LINGER_MS).unref();
        },
      };
    },
  };
  watchdogs.set(silenceMs, watchdog);
  return watchdog;
}

function spawnWatchdog(silenceMs: number, first: number): ChildProcessByStdio<Writable, null, null> {
  // Detached, so that a signal to the worker's terminal or group does not end the watchdog before its worker.
  const watchdog = spawn(process.execPath, [WATCHDOG, String(silenceMs), String(first)], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A write to a watchdog that just ended fails; its end is reported by 'exit'.
  watchdog.stdin.on('error', () => {});
  // It must not keep a process from its end: then its input ends too, and so does it.
  watchdog.unref();
  (watchdog.stdin as Writable & { unref?: () => void }).unref?.();
  return watchdog;
}
