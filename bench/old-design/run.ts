/**
 * Runs the old design once: redis-server from PATH, else unpacked from Debian's packages; Celery from PyPI; everything
 * in a temporary directory that is removed with its processes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../stack.ts';
import { accepts } from '../../dev/ports.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const PYTHON_PACKAGES = ['celery==5.5.3', 'redis==5.2.1'];
const DEBIAN_PACKAGES = [
  'redis-tools',
  'redis-server',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'libatomic1',
];
const WORKERS = 2;
const CALLS = 1_000;
const ROUNDS = 3;

/** Duplicates refused a second. */
export interface OldDesign {
  /** A thousand are sent, then all are waited for. */
  readonly togetherPerS: number;
  /** Each is sent when the one before has been answered. */
  readonly oneAtATimePerS: number;
}

interface Redis {
  readonly program: string;
  readonly libraries: string;
}

/** Null, and a line in the log, where Python, Celery or Redis is not to be had. */
export async function measureOldDesign(log: (line: string) => void): Promise<OldDesign | null> {
  const directory = mkdtempSync(join(tmpdir(), 'onceflow-old-design-'));
  chmodSync(directory, 0o755);
  const started: ChildProcess[] = [];
  try {
    const python = makeEnvironment(directory);
    const redis = python === null ? null : findRedis(directory);
    if (python === null || redis === null) {
      log(`old design skipped: ${python === null ? 'no Python with venv, or no PyPI' : 'no redis-server'}`);
      return null;
    }
    return await refuse(directory, { python, redis, started });
  } finally {
    await Promise.all(started.reverse().map(endOf));
    rmSync(directory, { recursive: true, force: true });
  }
}

function makeEnvironment(directory: string): string | null {
  const bin = join(directory, 'venv', 'bin');
  const done =
    succeeds('python3', ['-m', 'venv', join(directory, 'venv')]) &&
    succeeds(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...PYTHON_PACKAGES]);
  return done ? join(bin, 'python') : null;
}

/** Unpacked, not installed: an installed redis-server would start a service and stay. */
function findRedis(directory: string): Redis | null {
  if (succeeds('redis-server', ['--version'])) return { program: 'redis-server', libraries: '' };
  if (!succeeds('apt-get', ['download', ...DEBIAN_PACKAGES], directory)) return null;
  const packages = readdirSync(directory).filter((name) => name.endsWith('.deb'));
  const root = join(directory, 'debian');
  if (!packages.every((name) => succeeds('dpkg-deb', ['-x', name, root], directory))) return null;
  const program = join(root, 'usr/bin/redis-server');
  const libraries = readdirSync(join(root, 'usr/lib'))
    .map((name) => join(root, 'usr/lib', name))
    .join(':');
  return existsSync(program) ? { program, libraries } : null;
}

interface Tools {
  readonly python: string;
  readonly redis: Redis;
  /** Processes to be ended. */
  readonly started: ChildProcess[];
}

async function refuse(directory: string, { python, redis, started }: Tools): Promise<OldDesign> {
  const port = await freePort();
  const quiet = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--dir', directory];
  const libraries = redis.libraries === '' ? {} : { LD_LIBRARY_PATH: redis.libraries };
  started.push(
    spawn(redis.program, ['--port', String(port), ...quiet], { stdio: 'ignore', env: { ...libraries } }),
  );
  await eventually('redis-server', () => accepts(port), 10_000);
  const env = { OLD_DESIGN_REDIS: `redis://127.0.0.1:${port}/0`, PYTHONDONTWRITEBYTECODE: '1' };
  const celery = [
    '-m',
    'celery',
    '-A',
    'tasks',
    'worker',
    '--loglevel',
    'ERROR',
    '--concurrency',
    String(WORKERS),
  ];
  const options = { cwd: here, env, stdio: 'ignore' } as const;
  started.push(spawn(python, [...celery, '--without-gossip', '--without-mingle'], options));
  const driver = spawn(python, ['duplicates.py', String(CALLS), String(ROUNDS)], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(driver);
  let printed = '';
  driver.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve) => driver.once('close', resolve));
  const [togetherPerS = Number.NaN, oneAtATimePerS = Number.NaN] = printed.split(' ').map(Number);
  if (Number.isNaN(togetherPerS)) throw new Error('the old design printed no figure');
  return { togetherPerS, oneAtATimePerS };
}

function succeeds(program: string, args: readonly string[], cwd?: string): boolean {
  return spawnSync(program, args, { stdio: 'ignore', ...(cwd === undefined ? {} : { cwd }) }).status === 0;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
