/** What the suite drives: the real embedded stack through the public client, and its own record beside the ledger. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from '../client/connect.ts';
import type { KindEntry } from '../client/kinds.ts';
import type { AnalysisRef, Onceflow } from '../client/onceflow.ts';
import { loadConfig } from '../config/config.ts';
import { childEnvironment } from '../config/environment.ts';
import { type Embedded, startEmbedded } from '../dev/embedded.ts';
import { removeStackData } from '../dev/stack.ts';
import { waitUntil } from '../dev/wait.ts';
import { type Holds, openHolds } from './holds.ts';
import { childrenOf } from './processes.ts';
import type { ConformanceSettings } from './sample.ts';
import { startWorkers, type Workers } from './workers.ts';

export interface SuiteStack {
  readonly client: Onceflow;
  readonly holds: Holds;
  readonly workers: Workers;
  readonly dataDirectory: string;
  kindOf(kind: string): KindEntry;
  /** Attempts' directories and children of workers that are there now. */
  leftovers(): readonly string[];
  stop(): Promise<void>;
}

/** Held attempts occupy slots. */
const SLOTS = 32;

export async function startSuiteStack(settings: ConformanceSettings): Promise<SuiteStack> {
  const home = mkdtempSync(join(tmpdir(), 'onceflow-conformance-'));
  const directory = join(home, 'suite');
  mkdirSync(directory);
  const files = settings.samples.flatMap(({ good, bad }) => [good.file, bad.file]);
  const roots = [...new Set(files.flatMap((file) => (file === undefined ? [] : [dirname(file)])))];
  const config = loadConfig({
    overrides: {
      dataDirectory: join(home, 'data'),
      roots: roots.length === 0 ? [home] : roots,
      kinds: [...(settings.modules ?? [])],
      cpuSlots: SLOTS,
      ioSlots: SLOTS,
    },
  });
  const embedded = await startEmbedded(config, { workers: [], ui: 'off' });
  const env = childEnvironment(config, { ...embedded, roots: config.roots });
  const workers = startWorkers({ env, directory });
  const { dataDirectory } = embedded;
  const client = await connect({
    dataDirectory,
    role: 'operator',
    actor: 'conformance',
    kinds: config.kinds,
  });
  return {
    client,
    holds: openHolds(directory),
    workers,
    dataDirectory,
    kindOf: (kind) => entryOf(client, kind),
    leftovers: () => leftoversOf(dataDirectory, workers),
    stop: () => stop({ client, workers, embedded, home }),
  };
}

function entryOf(client: Onceflow, kind: string): KindEntry {
  const entry = client.kinds.find(({ definition }) => definition.kind === kind);
  if (entry) return entry;
  throw new RangeError(
    `a sample is of the kind ${kind}, which is neither built in nor in one of the modules`,
  );
}

function leftoversOf(dataDirectory: string, workers: Workers): readonly string[] {
  const directories = readdirSync(join(dataDirectory, 'attempts')).map((name) => `directory ${name}`);
  const pids = (['control', 'cpu', 'io', 'gpu'] as const).map((queue) => workers.pidOf(queue));
  return [...directories, ...childrenOf(pids).map(({ pid, command }) => `process ${pid}: ${command}`)];
}

interface Parts {
  readonly client: Onceflow;
  readonly workers: Workers;
  readonly embedded: Embedded;
  readonly home: string;
}

async function stop({ client, workers, embedded, home }: Parts): Promise<void> {
  await client.close();
  await workers.stop();
  await embedded.stop();
  await removeStackData(embedded.dataDirectory);
  rmSync(home, { recursive: true, force: true });
}

/** Longest that anything of a small sample takes on a busy machine. */
const PATIENCE_MS = 180_000;

export async function eventually(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  if (await waitUntil(look, PATIENCE_MS, 100)) return;
  throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
}

export async function stateOf({ client }: Pick<SuiteStack, 'client'>, ref: AnalysisRef): Promise<string> {
  return (await client.get(ref))?.state ?? 'never submitted';
}
