import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { startChild } from './child-process.ts';
import { reasonOf, StackError } from './errors.ts';
import type { ProcessIdentity } from './identity.ts';
import { freePort, loopback } from './ports.ts';
import {
  clearStragglers,
  clusterDirectory,
  type ClusterSecret,
  ensureCluster,
  superuser,
} from './postgres-cluster.ts';
import { type PostgresHome, preparePostgresHome } from './postgres-home.ts';
import { createServer, type Server } from './server.ts';
import { readState, writeState } from './state-file.ts';

/** A real Postgres on loopback, its data made on the first start. */
export interface PostgresServer {
  readonly server: Server;
  readonly port: number;
  /** Of the product's database, with the password in it. */
  readonly url: string;
}

export interface ServerSettings {
  /** Exists. */
  readonly dataDirectory: string;
  readonly onProgress: (line: string) => void;
  readonly onSpawn: (identity: ProcessIdentity) => Promise<void>;
}

/** Where the data are and how to enter: `postgres.json` of the data directory. */
interface PostgresState extends ClusterSecret {
  readonly directory: string;
  readonly port: number;
}

const database = 'onceflow';
const startTries = 3;

function postgresStatePath(dataDirectory: string): string {
  return join(dataDirectory, 'postgres.json');
}

/** Throws POSTGRES_UNAVAILABLE, POSTGRES_VERSION, POSTGRES_START_FAILED. */
export async function startPostgres(settings: ServerSettings): Promise<PostgresServer> {
  const path = postgresStatePath(settings.dataDirectory);
  const known = await readState<PostgresState>(path);
  const home = await preparePostgresHome(settings.dataDirectory, known?.directory);
  const secret = known ?? { clusterId: randomUUID(), password: randomBytes(18).toString('base64url') };
  const data = clusterDirectory(home);
  await clearStragglers(data, settings.onProgress);
  // Before initdb: the password must not be lost between the two.
  await writeState(path, { ...secret, directory: home.directory, port: known?.port ?? 0 });
  await ensureCluster(home, secret, settings.onProgress);
  for (let tries = 1; ; tries++) {
    const port = await freePort(tries === 1 ? known?.port : undefined);
    const server = describeServer(settings, home, secret, port);
    try {
      await server.start();
      await writeState(path, { ...secret, directory: home.directory, port });
      const url = `postgres://${superuser}:${secret.password}@${loopback}:${port}/${database}`;
      return { server, port, url };
    } catch (error) {
      await server.stop();
      if (tries === startTries) throw failed(error);
    }
  }
}

function describeServer(
  settings: ServerSettings,
  home: PostgresHome,
  secret: ClusterSecret,
  port: number,
): Server {
  const data = clusterDirectory(home);
  return createServer({
    name: 'Postgres',
    readyTimeoutMs: 60_000,
    // Fast shutdown; then the immediate one, which recovers on the next start.
    stopSteps: [
      { signal: 'SIGINT', graceMs: 8000 },
      { signal: 'SIGQUIT', graceMs: 2000 },
    ],
    onSpawn: settings.onSpawn,
    onProgress: settings.onProgress,
    async spawn() {
      await clearStragglers(data, settings.onProgress);
      return startChild({
        argv: [
          home.programs.postgres,
          '-D',
          data,
          '-p',
          String(port),
          ...flags.flatMap((flag) => ['-c', flag]),
        ],
        logFile: join(settings.dataDirectory, 'logs', 'postgres.log'),
        account: home.account,
        directory: home.directory,
        deathSignal: 'INT',
      });
    },
    probe: () => ensureDatabase(port, secret.password),
  });
}

const flags: readonly string[] = [
  `listen_addresses=${loopback}`,
  // A socket file would need a directory that every account can reach; everything speaks TCP.
  'unix_socket_directories=',
  'max_connections=200',
  'timezone=UTC',
  'log_timezone=UTC',
];

/** The password proves that it is our server that answers on this port. */
async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({
    host: loopback,
    port,
    user: superuser,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}

function failed(error: unknown): StackError {
  if (error instanceof StackError) return error;
  return new StackError(
    'POSTGRES_START_FAILED',
    `Postgres did not start (${reasonOf(error)})`,
    'the last lines of logs/postgres.log in the data directory say why',
    error,
  );
}
