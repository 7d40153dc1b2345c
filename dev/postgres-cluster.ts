import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, StackError } from './errors.ts';
import {
  commandOf,
  identityOf,
  type ProcessIdentity,
  processesWorkingIn,
  signalProcess,
} from './identity.ts';
import type { PostgresHome } from './postgres-home.ts';
import { readState, writeState } from './state-file.ts';
import { waitUntil } from './wait.ts';

/**
 * The files of one Postgres cluster, and what earlier processes left in them.
 *
 * Invariants: the marker is written after initdb has ended well and before any server starts, so a directory without it
 * holds nobody's data and may be removed; a complete cluster is never removed, only moved aside. No server is started
 * while a process of an earlier one still works in the directory: two would destroy it.
 */
export interface ClusterSecret {
  /** Ties the data to the state file with their password. */
  readonly clusterId: string;
  readonly password: string;
}

export const superuser = 'onceflow';

const markerName = 'onceflow.json';
const run = promisify(execFile);

export function clusterDirectory(home: PostgresHome): string {
  return join(home.directory, 'data');
}

export async function ensureCluster(
  home: PostgresHome,
  secret: ClusterSecret,
  onProgress: (line: string) => void,
): Promise<void> {
  const data = clusterDirectory(home);
  const marker = await readState<{ clusterId: string }>(join(data, markerName));
  if (marker?.clusterId === secret.clusterId) return checkVersion(home, data);
  if (marker !== undefined) {
    // The data directory was deleted, its part of Postgres was not (it may lie outside): keep the last one such.
    onProgress('the database here belongs to a data directory that is gone: moved aside');
    await rm(`${data}.previous`, { recursive: true, force: true });
    await rename(data, `${data}.previous`);
  } else if ((await stat(data).catch(() => undefined)) !== undefined) {
    onProgress('the database was only half made: it is made again');
    await rm(data, { recursive: true, force: true });
  }
  onProgress('making a Postgres database');
  await initialise(home, data, secret);
}

async function checkVersion(home: PostgresHome, data: string): Promise<void> {
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (version === home.programs.major) return;
  throw new StackError(
    'POSTGRES_VERSION',
    `the database of this data directory was made by Postgres ${version}, and the one installed is ${home.programs.major}`,
    'install the version of onceflow that made it, or begin with a new data directory',
  );
}

async function initialise(home: PostgresHome, data: string, secret: ClusterSecret): Promise<void> {
  const passwordFile = join(home.directory, 'password');
  const { account, programs } = home;
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${secret.password}\n`, { mode: 0o600 });
  if (account !== undefined) {
    await chown(data, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  // A collation of Postgres itself: the same order on every machine, whatever its libc.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  try {
    await makeExecutable(programs.initdb);
    await makeExecutable(programs.postgres);
    const options = { cwd: home.directory, timeout: 120_000, ...account };
    await run(programs.initdb, [`--pgdata=${data}`, ...access, ...locale], options);
  } catch (error) {
    throw new StackError(
      'POSTGRES_START_FAILED',
      `Postgres could not make its files (${lastLine(error)})`,
      'check the space and the permissions of the data directory',
      error,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeState(join(data, markerName), { clusterId: secret.clusterId });
}

/** npm does not keep the bit in every package; a read-only installation that has it is left alone. */
async function makeExecutable(program: string): Promise<void> {
  const { mode } = await stat(program);
  if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
}

function lastLine(error: unknown): string {
  const output = (error as { stderr?: string }).stderr ?? '';
  return output.trim().split('\n').at(-1) || reasonOf(error);
}

/** Ends whatever an earlier server left running on these data, and a pid file that would stop ours from starting. */
export async function clearStragglers(data: string, onProgress: (line: string) => void): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const recorded = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  const postmaster = recorded > 0 && isOurs(recorded, data) ? identityOf(recorded) : undefined;
  const left = () => [
    ...processesWorkingIn(data),
    ...(postmaster !== undefined && identityOf(postmaster.pid) ? [postmaster] : []),
  ];
  if (left().length > 0) {
    onProgress('ending a Postgres that an earlier stack left behind');
    await endAll(left, postmaster);
  }
  // A dead pid Postgres sees through by itself, with the shared memory it names. A pid that now belongs to a stranger
  // it would take for a running server.
  if (recorded > 0 && identityOf(recorded) !== undefined) await rm(pidFile, { force: true });
}

async function endAll(
  left: () => readonly ProcessIdentity[],
  postmaster: ProcessIdentity | undefined,
): Promise<void> {
  const gone = () => left().length === 0;
  if (postmaster !== undefined) {
    signalProcess(postmaster, 'SIGCONT');
    signalProcess(postmaster, 'SIGINT');
    if (await waitUntil(gone, 5000)) return;
  }
  // Backends without their postmaster notice it and leave; those that do not are stopped.
  if (postmaster === undefined && (await waitUntil(gone, 1000))) return;
  for (const straggler of left()) signalProcess(straggler, 'SIGKILL');
  if (!(await waitUntil(gone, 5000))) {
    throw new StackError(
      'POSTGRES_START_FAILED',
      `an earlier Postgres (process ${left()[0]?.pid}) does not end`,
      'end it by hand and start again',
    );
  }
}

/** The program's own name in front: a pid file may outlive its process, and the pid be a stranger's by now. */
function isOurs(pid: number, data: string): boolean {
  const command = commandOf(pid);
  return command.includes('postgres') && command.includes(data);
}
