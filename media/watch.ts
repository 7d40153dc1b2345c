/** The worker's end of the watchdog: starts it beside a child, pings it, ends it with the child. */
import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const PING_MS = 2_000;
/** Beside this file, and compiled or not as this file is. */
const WATCHDOG = fileURLToPath(new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url));

/** `onLost` is called if the watchdog ends before it is told to. */
export function watch(
  leader: number,
  silenceMs: number,
  onLost: () => void,
): { readonly stop: () => Promise<void> } {
  // Detached, so that a signal to the worker's terminal or group does not end the watchdog before its worker.
  const watchdog = spawn(process.execPath, [WATCHDOG, String(leader), String(silenceMs)], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  let stopped = false;
  const gone = new Promise<void>((resolve) => {
    const lost = (): void => {
      if (!stopped) onLost();
      resolve();
    };
    watchdog.once('exit', lost);
    watchdog.once('error', lost);
  });
  // A write to a watchdog that just ended fails; its end is reported by 'exit'.
  watchdog.stdin.on('error', () => {});
  const timer = setInterval(() => watchdog.stdin.write('.'), PING_MS);
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
      watchdog.kill('SIGKILL');
      watchdog.stdin.destroy();
      return gone;
    },
  };
}
