/** The four workers of the suite, started again at once whenever they end: the suite kills them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dyingWithParent } from '../dev/child-process.ts';
import { type WorkerName, workerNames } from '../dev/embedded.ts';
import { waitUntil } from '../dev/wait.ts';

export interface Workers {
  pidOf(queue: WorkerName): number;
  /** kill -9; resolves when the next process of that queue has been started. */
  kill(queue: WorkerName): Promise<void>;
  stop(): Promise<void>;
}

interface Settings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}

const DRAIN_MS = 20_000;
const program = fileURLToPath(new URL(`worker${extname(import.meta.url)}`, import.meta.url));

export function startWorkers(settings: Settings): Workers {
  const running = new Map<WorkerName, ChildProcess>();
  let stopping = false;
  const start = (queue: WorkerName) => {
    const child = launch(queue, settings);
    running.set(queue, child);
    child.once('exit', () => {
      running.delete(queue);
      if (!stopping) start(queue);
    });
  };
  for (const queue of workerNames) start(queue);
  return {
    pidOf: (queue) => running.get(queue)?.pid ?? 0,
    async kill(queue) {
      const child = running.get(queue);
      child?.kill('SIGKILL');
      await waitUntil(() => running.get(queue) !== child, DRAIN_MS);
    },
    async stop() {
      stopping = true;
      for (const child of running.values()) child.kill('SIGTERM');
      if (await waitUntil(() => running.size === 0, DRAIN_MS)) return;
      for (const child of running.values()) child.kill('SIGKILL');
      await waitUntil(() => running.size === 0, DRAIN_MS);
    },
  };
}

function launch(queue: WorkerName, { env, directory }: Settings): ChildProcess {
  const log = openSync(join(directory, `${queue}.log`), 'a');
  const [command, ...rest] = dyingWithParent('KILL', [process.execPath, program, queue, directory]);
  const child = spawn(command, rest, { stdio: ['ignore', log, log], env: { ...env } });
  closeSync(log);
  return child;
}
