import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { childEnvironment } from '../config/environment.ts';
import { workerNodeOptions } from '../config/worker-memory.ts';
import { builtInKinds } from '../kinds/registry.ts';
import { migrate } from '../ledger/migrate.ts';
import { loadKinds } from '../outside/load.ts';
import { StackError } from './errors.ts';
import type { ServerHandle } from './stack-servers.ts';
import type { StackAddresses } from './stack-state.ts';
import { startStack } from './stack.ts';
import { superviseProcesses, type Supervision } from './supervisor.ts';

/** The whole product on one machine: the stack's two servers, the ledger's schema, and one worker of each sort. */
export interface Embedded extends StackAddresses {
  /** True: another process owns the stack and its workers; `stop` leaves them alone. */
  readonly attached: boolean;
  /** The two servers, to take one down and bring it back. */
  readonly postgres: ServerHandle;
  readonly temporal: ServerHandle;
  /** Worker processes by name; empty when attached. */
  pids(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

export const workerNames = ['control', 'cpu', 'io', 'gpu'] as const;
export type WorkerName = (typeof workerNames)[number];

export interface EmbeddedSettings {
  /** Directories that resources may lie under, besides the configured ones. */
  readonly roots?: readonly string[];
  readonly onProgress?: (line: string) => void;
  /** A worker ended again and again and is not started any more: what needs it waits for ever. */
  readonly onFailure?: (error: StackError) => void;
  /** Default: all. */
  readonly workers?: readonly WorkerName[];
  readonly ui?: 'on' | 'off';
}

/** Throws StackError and KindModuleError; nothing is left running then. */
export async function startEmbedded(config: Config, settings: EmbeddedSettings = {}): Promise<Embedded> {
  // A kind that cannot be loaded is said at once, not by workers that end.
  await loadKinds(config.kinds, { taken: builtInKinds.map(({ kind }) => kind) });
  const stack = await startStack({
    dataDirectory: config.dataDirectory,
    temporalCli: config.temporalCli,
    cacheDirectory: config.cacheDirectory,
    packageIndexUrl: config.packageIndexUrl,
    ui: settings.ui,
    kinds: config.kinds,
    onProgress: settings.onProgress,
    onReady: async (addresses) => void (await migrate(addresses.databaseUrl)),
  });
  if (stack.attached) assertServes(stack, config.kinds);
  const workers = stack.attached ? undefined : startWorkers(config, stack, settings);
  return {
    databaseUrl: stack.databaseUrl,
    temporalAddress: stack.temporalAddress,
    temporalNamespace: stack.temporalNamespace,
    temporalUiUrl: stack.temporalUiUrl,
    dataDirectory: stack.dataDirectory,
    kinds: stack.kinds,
    attached: stack.attached,
    postgres: stack.postgres,
    temporal: stack.temporal,
    pids: () => workers?.pids() ?? {},
    async stop() {
      await workers?.stop();
      await stack.stop();
    },
  };
}

/** What its workers do not know would wait for ever. */
function assertServes({ kinds }: StackAddresses, wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !kinds.includes(name));
  if (missing.length === 0) return;
  throw new StackError(
    'STACK_WITHOUT_KINDS',
    `the stack that runs here was started without the kinds of ${missing.join(', ')}`,
    'stop it with `onceflow down`, then start it with the same --kinds or ONCEFLOW_KINDS',
  );
}

function startWorkers(config: Config, stack: StackAddresses, settings: EmbeddedSettings): Supervision {
  const roots = [...new Set([...config.roots, ...(settings.roots ?? [])])];
  const env = childEnvironment(config, { ...stack, roots });
  const specs = (settings.workers ?? workerNames).map((name) => ({
    name,
    argv: [process.execPath, ...workerNodeOptions, workerProgram(), name] as const,
    env,
  }));
  const causes = new Map<string, string>();
  return superviseProcesses(specs, {
    logDirectory: join(stack.dataDirectory, 'logs'),
    onLine: (name, line) => {
      const cause = causeIn(line);
      if (cause === undefined || causes.get(name) === cause) return;
      causes.set(name, cause);
      settings.onProgress?.(`worker ${name}: ${cause}`);
    },
    onExit: (name, _exit, restartInMs) => {
      if (restartInMs === undefined) settings.onFailure?.(givenUp(name, causes.get(name)));
      else settings.onProgress?.(`worker ${name} ended unexpectedly: again in ${restartInMs} ms`);
    },
  });
}

const pinoError = 50;

/** What a worker logged as an error, which is the reason of its end if it ends then. */
function causeIn(line: string): string | undefined {
  try {
    const { level, error, msg } = JSON.parse(line) as { level?: number; error?: unknown; msg?: string };
    // The SDK logs what was thrown as an object of its own form.
    return level !== undefined && level >= pinoError ? (typeof error === 'string' ? error : msg) : undefined;
  } catch {
    return undefined;
  }
}

function givenUp(name: string, cause: string | undefined): StackError {
  return new StackError(
    'WORKER_FAILED',
    `the worker ${name} ends as soon as it is started${cause === undefined ? '' : ` (${cause})`}`,
    `correct that and start again; logs/${name}.log in the data directory says more`,
  );
}

/** The workers' program, as source in a checkout and compiled in the package. */
function workerProgram(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../workers/main.${extension}`, import.meta.url));
}
