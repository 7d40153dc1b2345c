import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Child, startChild } from './child-process.ts';
import { reasonOf, StackError } from './errors.ts';
import { isAlive, type ProcessIdentity, signalProcess } from './identity.ts';
import { accepts, freePorts, loopback } from './ports.ts';
import type { ServerSettings } from './postgres.ts';
import { createServer, type Server } from './server.ts';
import { readState, writeState } from './state-file.ts';
import type { TemporalCli } from './temporal-cli.ts';
import { prepareNamespace, searchAttributes, temporalNamespace } from './temporal-setup.ts';
import { waitUntil } from './wait.ts';

/**
 * A real Temporal dev server on loopback, with its state in one SQLite file.
 *
 * Invariants: the file counts only once `complete` is recorded, which happens before anybody is told the address, so an
 * incomplete one holds nobody's workflow and is made again. A server never opens the file while an earlier one lives.
 */
export interface TemporalServer {
  readonly server: Server;
  readonly address: string;
  readonly uiUrl: string | undefined;
}

export interface TemporalSettings extends ServerSettings {
  readonly cli: TemporalCli;
  readonly ui: 'on' | 'off';
}

interface TemporalState {
  readonly process: ProcessIdentity | undefined;
  readonly port: number;
  readonly uiPort: number;
  /** Version of the CLI that made the file; undefined until its first start has succeeded. */
  readonly complete: string | undefined;
}

const startTries = 3;

/** Throws TEMPORAL_START_FAILED. */
export async function startTemporal(settings: TemporalSettings): Promise<TemporalServer> {
  const statePath = join(settings.dataDirectory, 'temporal.json');
  const known = await readState<TemporalState>(statePath);
  await clearStraggler(known?.process, settings.onProgress);
  // Its files are readable by all, the data directory has to be entered by the account of Postgres, and payloads are
  // nobody else's business.
  await mkdir(dirname(databaseFile(settings.dataDirectory)), { recursive: true, mode: 0o700 });
  if (known?.complete === undefined) await removeFile(settings.dataDirectory);
  for (let tries = 1; ; tries++) {
    const wishes = tries === 1 ? [known?.port, known?.uiPort] : [undefined, undefined];
    const [port = 0, uiPort = 0] = await freePorts(wishes);
    const state = { port, uiPort, complete: known?.complete };
    const server = describeServer(settings, statePath, state);
    try {
      await server.start();
      await writeState(statePath, { ...state, process: server.identity(), complete: settings.cli.version });
      const uiUrl = settings.ui === 'on' ? `http://${loopback}:${uiPort}` : undefined;
      return { server, address: `${loopback}:${port}`, uiUrl };
    } catch (error) {
      await server.stop();
      if (tries === startTries) throw failed(error);
      if (tries === 2) await setForeignFileAside(settings, known?.complete);
    }
  }
}

function describeServer(
  settings: TemporalSettings,
  statePath: string,
  state: Omit<TemporalState, 'process'>,
): Server {
  let spawned: Child | undefined;
  return createServer({
    name: 'Temporal',
    readyTimeoutMs: 60_000,
    stopSteps: [{ signal: 'SIGINT', graceMs: 5000 }],
    onProgress: settings.onProgress,
    async onSpawn(identity) {
      const complete = (await readState<TemporalState>(statePath))?.complete ?? state.complete;
      await writeState(statePath, { ...state, complete, process: identity });
      await settings.onSpawn(identity);
    },
    async spawn() {
      await clearStraggler(spawned?.identity, settings.onProgress);
      spawned = await startChild({
        argv: [settings.cli.path, ...serverArguments(settings, state)],
        logFile: join(settings.dataDirectory, 'logs', 'temporal.log'),
        directory: settings.dataDirectory,
        // The write-ahead log makes the sudden death safe, and a slow one would hold the file that the next start needs.
        deathSignal: 'KILL',
      });
      return spawned;
    },
    async probe() {
      if (!(await accepts(state.port))) throw new Error(`nothing listens on port ${state.port} yet`);
      await prepareNamespace(`${loopback}:${state.port}`);
    },
  });
}

function serverArguments(settings: TemporalSettings, ports: { port: number; uiPort: number }): string[] {
  const options: readonly (readonly [string, string])[] = [
    ['--ip', loopback],
    ['--port', String(ports.port)],
    ['--namespace', temporalNamespace],
    ['--db-filename', databaseFile(settings.dataDirectory)],
    // With the default pragmas and a file, throughput falls to a tenth.
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', 'synchronous=NORMAL'],
    ['--log-level', 'error'],
    // One process serves every queue: with several partitions of each, most tasks are handed from one to another first.
    ['--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1'],
    ['--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1'],
    ...Object.entries(searchAttributes).map(
      ([name, type]) => ['--search-attribute', `${name}=${type}`] as const,
    ),
  ];
  const ui = settings.ui === 'on' ? ['--ui-port', String(ports.uiPort)] : ['--headless'];
  // The profile and the variables of the user's own Temporal say nothing about this server.
  const isolated = ['--disable-config-file', '--disable-config-env'];
  return ['server', 'start-dev', ...isolated, ...ui, ...options.flat()];
}

function databaseFile(dataDirectory: string): string {
  return join(dataDirectory, 'temporal', 'temporal.db');
}

async function removeFile(dataDirectory: string): Promise<void> {
  for (const suffix of fileSuffixes) await rm(databaseFile(dataDirectory) + suffix, { force: true });
}

const fileSuffixes = ['', '-wal', '-shm'] as const;

/** The dev server never migrates its file: one that another version made may be unreadable, and is kept aside. */
async function setForeignFileAside(settings: TemporalSettings, madeBy: string | undefined): Promise<void> {
  if (madeBy === undefined) return removeFile(settings.dataDirectory);
  if (madeBy === settings.cli.version) return;
  settings.onProgress(
    `Temporal ${settings.cli.version} cannot use the file of ${madeBy}: it is kept aside, a new one is made`,
  );
  const file = databaseFile(settings.dataDirectory);
  for (const suffix of fileSuffixes) {
    if ((await stat(file + suffix).catch(() => undefined)) === undefined) continue;
    await rename(file + suffix, `${file}.${madeBy}${suffix}`);
  }
}

async function clearStraggler(
  straggler: ProcessIdentity | undefined,
  onProgress: (line: string) => void,
): Promise<void> {
  if (straggler === undefined || !isAlive(straggler)) return;
  onProgress('ending a Temporal server that an earlier stack left behind');
  signalProcess(straggler, 'SIGKILL');
  if (await waitUntil(() => !isAlive(straggler), 5000)) return;
  throw new StackError(
    'TEMPORAL_START_FAILED',
    `an earlier Temporal server (process ${straggler.pid}) does not end`,
    'end it by hand and start again',
  );
}

function failed(error: unknown): StackError {
  if (error instanceof StackError) return error;
  return new StackError(
    'TEMPORAL_START_FAILED',
    `Temporal did not start (${reasonOf(error)})`,
    'the last lines of logs/temporal.log in the data directory say why',
    error,
  );
}
