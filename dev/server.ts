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

interface State {
  child: Child | undefined;
  wanted: boolean;
  launching: Promise<void> | undefined;
  readonly allowRestart: (nowMs: number) => number | undefined;
}

export function createServer(spec: ServerSpec): Server {
  const state: State = {
    child: undefined,
    wanted: false,
    launching: undefined,
    allowRestart: restartBudget(),
  };
  return {
    get pid() {
      return state.child?.identity.pid ?? 0;
    },
    identity: () => (runs(state) ? state.child?.identity : undefined),
    async start() {
      state.wanted = true;
      if (state.launching !== undefined || !runs(state)) await launch(spec, state);
    },
    async kill(signal) {
      const isDeadly = !stopsOrResumes.includes(signal);
      if (isDeadly) state.wanted = false;
      state.child?.kill(signal);
      if (isDeadly) await state.child?.exited;
    },
    async stop() {
      state.wanted = false;
      await state.child?.stop(spec.stopSteps);
      await state.launching?.catch(() => {});
    },
  };
}

function runs(state: State): boolean {
  return state.child?.hasExited() === false;
}

/** One at a time: whoever asks while it goes on gets the same answer. */
function launch(spec: ServerSpec, state: State): Promise<void> {
  state.launching ??= launchOnce(spec, state).finally(() => {
    state.launching = undefined;
  });
  return state.launching;
}

async function launchOnce(spec: ServerSpec, state: State): Promise<void> {
  const child = await spec.spawn();
  state.child = child;
  if (!state.wanted) {
    await child.stop(spec.stopSteps);
    throw new Error(`${spec.name} was stopped while it was starting`);
  }
  await settle(spec, child);
  void child.exited.then((exit) => {
    if (state.wanted && state.child === child)
      void revive(spec, state, exit.signal ?? `exit code ${exit.code}`);
  });
}

async function revive(spec: ServerSpec, state: State, why: string): Promise<void> {
  const delayMs = state.allowRestart(Date.now());
  if (delayMs === undefined) {
    return spec.onProgress(`${spec.name} keeps dying (${why}) and is left down: see its log file`);
  }
  spec.onProgress(`${spec.name} died (${why}) and is started again`);
  await sleep(delayMs);
  if (!state.wanted || runs(state)) return;
  try {
    await launch(spec, state);
  } catch (error) {
    if (state.wanted) await revive(spec, state, reasonOf(error));
  }
}

/** How long to wait before the next restart; undefined when there were too many of late. */
function restartBudget(): (nowMs: number) => number | undefined {
  let restarts: readonly number[] = [];
  return (nowMs) => {
    restarts = [...restarts.filter((at) => nowMs - at < restartWindowMs), nowMs];
    return restarts.length > restartsPerWindow ? undefined : 100 * 2 ** (restarts.length - 1);
  };
}

/** Resolves when the server answers; one that does not is stopped. */
async function settle(spec: ServerSpec, child: Child): Promise<void> {
  try {
    await spec.onSpawn(child.identity);
    await untilReady(spec, child);
  } catch (error) {
    await child.stop([{ signal: 'SIGTERM', graceMs: 2000 }]);
    throw error;
  }
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
