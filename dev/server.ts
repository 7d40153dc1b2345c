import { setTimeout as sleep } from 'node:timers/promises';
import type { Child, StopStep } from './child-process.ts';
import { reasonOf } from './errors.ts';
import type { ProcessIdentity } from './identity.ts';

/**
 * One server of the stack: started until it answers, and started again when it dies without having been asked to.
 *
 * Invariants: at most one child at a time; `kill` and `stop` are wishes, so nothing comes back after them until `start`.
 */
export interface ServerSpec {
  readonly name: string;
  /** Clears away what an earlier process left, then spawns. */
  readonly spawn: () => Promise<Child>;
  /** Resolves when the server really answers; throws while it does not. */
  readonly probe: () => Promise<void>;
  readonly readyTimeoutMs: number;
  readonly stopSteps: readonly StopStep[];
  readonly onSpawn: (identity: ProcessIdentity) => Promise<void>;
  readonly onProgress: (line: string) => void;
}

export interface Server {
  readonly pid: number;
  identity(): ProcessIdentity | undefined;
  /** Starts it unless it runs; resolves when it answers. */
  start(): Promise<void>;
  /** For tests and operators: signals the server; for a deadly signal resolves when it is gone. It stays gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

const stopsOrResumes: readonly NodeJS.Signals[] = ['SIGSTOP', 'SIGCONT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
const restartWindowMs = 60_000;
const restartsPerWindow = 5;

export function createServer(spec: ServerSpec): Server {
  let child: Child | undefined;
  let wanted = false;
  let restarts: number[] = [];

  const launch = async () => {
    const started = await spec.spawn();
    child = started;
    try {
      await spec.onSpawn(started.identity);
      await untilReady(spec, started);
    } catch (error) {
      await started.stop([{ signal: 'SIGTERM', graceMs: 2000 }]);
      throw error;
    }
    void started.exited.then((exit) => {
      if (wanted && child === started) void revive(`${exit.signal ?? `exit code ${exit.code}`}`);
    });
  };

  const revive = async (why: string) => {
    const now = Date.now();
    restarts = [...restarts.filter((at) => now - at < restartWindowMs), now];
    if (restarts.length > restartsPerWindow) {
      spec.onProgress(`${spec.name} keeps dying (${why}) and is left down: see its log file`);
      return;
    }
    spec.onProgress(`${spec.name} died (${why}) and is started again`);
    await sleep(100 * 2 ** (restarts.length - 1));
    if (!wanted) return;
    try {
      await launch();
    } catch (error) {
      if (wanted) await revive(reasonOf(error));
    }
  };

  return {
    get pid() {
      return child?.identity.pid ?? 0;
    },
    identity: () => (child?.hasExited() === false ? child.identity : undefined),
    async start() {
      wanted = true;
      if (child?.hasExited() !== false) await launch();
    },
    async kill(signal) {
      if (stopsOrResumes.includes(signal)) return child?.kill(signal);
      wanted = false;
      child?.kill(signal);
      await child?.exited;
    },
    async stop() {
      wanted = false;
      await child?.stop(spec.stopSteps);
    },
  };
}

async function untilReady(spec: ServerSpec, child: Child): Promise<void> {
  const deadline = Date.now() + spec.readyTimeoutMs;
  for (;;) {
    if (child.hasExited()) throw new Error(`${spec.name} ended before it answered`);
    try {
      return await spec.probe();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${spec.name} did not answer within ${spec.readyTimeoutMs / 1000} s`, {
          cause: error,
        });
      }
      await sleep(25);
    }
  }
}
