import { spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { connect, type ConnectOptions, type Onceflow } from '../../client/index.ts';
import { openTemporal } from '../../client/temporal.ts';
import { loadConfig } from '../../config/config.ts';
import { childEnvironment } from '../../config/environment.ts';
import { type Embedded, startEmbedded, type WorkerName } from '../../dev/embedded.ts';
import { removeStackData } from '../../dev/stack.ts';
import { createPool } from '../../ledger/index.ts';

/**
 * The whole product as a user has it: the embedded stack with its four worker processes, the client, the CLI; and,
 * outside the ledger, a witness to which every child process is reported.
 */
export interface Product {
  readonly embedded: Embedded;
  readonly client: Onceflow;
  readonly temporal: Client;
  readonly files: string;
  /** What processes of this product run with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  connect(options?: ConnectOptions): Promise<Onceflow>;
  /** Past the ledger, as somebody with psql. */
  sql(text: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Copies a file of the repository under the roots; resolves with its new path. */
  place(source: string, name?: string): string;
  /** Child processes that were started, in order, by what they are. */
  witnessed(title?: RegExp): readonly Witnessed[];
  /** How many have been started so far. The warm child that infers may end by itself while nothing is done. */
  childrenStarted(title?: RegExp): number;
  /** A further worker of a sort, beside the supervised one. */
  startWorker(name: WorkerName, env?: Record<string, string>): ExtraWorker;
  cli(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  stop(): Promise<void>;
}

export interface Witnessed {
  readonly event: 'started' | 'ended';
  readonly title: string;
  readonly pid: number;
  readonly at: string;
}

export interface ExtraWorker {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

export interface CliOptions {
  readonly cwd?: string;
  /** Over the product's own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Sent as soon as stderr shows this. */
  readonly interruptAt?: RegExp;
}

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `--json`: one object a line. */
  readonly records: readonly Record<string, unknown>[];
}

const repository = fileURLToPath(new URL('../../', import.meta.url));
export const trailer = join(repository, 'examples/media/sintel_trailer-720p.mp4');
export const weather = join(repository, 'examples/media/seattle-weather.csv');
export const launch = join(repository, 'test/fixtures/oa4_launch.webm');
export const penguins = join(repository, 'test/fixtures/penguins.csv');

export interface ProductSettings {
  readonly workers?: readonly WorkerName[];
  readonly ui?: 'on' | 'off';
}

export async function startProduct(settings: ProductSettings = {}): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), 'onceflow-product-'));
  const files = join(home, 'files');
  mkdirSync(files);
  const witness = join(home, 'witness.ndjson');
  appendFileSync(witness, '');
  // Many tests of a file analyse the same film, each as if nobody had before: test/flow/memory.test.ts is about sharing.
  const memoryScope = 'resource';
  const config = loadConfig({
    overrides: { dataDirectory: join(home, 'data'), roots: [files], witness, memoryScope },
  });
  const embedded = await startEmbedded(config, { ui: settings.ui ?? 'off', ...settings });
  const pool = createPool({
    databaseUrl: embedded.databaseUrl,
    max: 2,
    waitMs: 5000,
    statementTimeoutMs: 30_000,
  });
  const temporal = openTemporal({ address: embedded.temporalAddress, namespace: embedded.temporalNamespace });
  const env = childEnvironment(config, { ...embedded, roots: [files] });
  const open: ConnectOptions = {
    dataDirectory: embedded.dataDirectory,
    role: 'operator',
    actor: 'test',
    owner: 'test',
  };
  const client = await connect(open);
  const extra: ExtraWorker[] = [];
  return {
    embedded,
    client,
    temporal,
    files,
    env,
    connect: (options = {}) => connect({ ...open, ...options }),
    sql: async (text, values) => (await pool.query(text, values)).rows,
    place(source, name = basename(source)) {
      const path = join(files, name);
      copyFileSync(source, path);
      return path;
    },
    witnessed: (title = /./) => readWitness(witness).filter((line) => title.test(line.title)),
    childrenStarted: (title = /./) =>
      readWitness(witness).filter((line) => line.event === 'started' && title.test(line.title)).length,
    startWorker(name, more = {}) {
      const worker = spawnWorker(name, { ...env, ...more });
      extra.push(worker);
      return worker;
    },
    cli: (args, options = {}) => runCli(args, { cwd: files, ...options, env: { ...env, ...options.env } }),
    async stop() {
      await client.close();
      for (const worker of extra) for (const signal of ['SIGCONT', 'SIGTERM'] as const) worker.kill(signal);
      await Promise.all(extra.map((worker) => worker.exited));
      await pool.close();
      await temporal.connection.close();
      await embedded.stop();
      await removeStackData(embedded.dataDirectory);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function readWitness(path: string): readonly Witnessed[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Witnessed);
}

function spawnWorker(name: WorkerName, env: Readonly<Record<string, string | undefined>>): ExtraWorker {
  const child = spawn(process.execPath, [join(repository, 'workers/main.ts'), name], {
    stdio: 'ignore',
    env,
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    exited: new Promise((resolve) => child.once('exit', resolve)),
  };
}

/** Runs `onceflow` as a person would, in a process of its own. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(repository, 'cli/main.ts'), ...args], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
    });
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (interrupted || !options.interruptAt?.test(stderr)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const lines = args.includes('--json') ? stdout.split('\n').filter((line) => line !== '') : [];
      const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve({ code, stdout, stderr, records });
    });
  });
}
