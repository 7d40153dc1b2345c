import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { openTemporal } from '../../client/temporal.ts';
import { removeStackData, type Stack, startStack } from '../../dev/stack.ts';
import { createLedger, createPool } from '../../ledger/index.ts';
import type { Actor, AnalysisView, Answer, Ledger } from '../../ledger/ledger.ts';
import { migrate } from '../../ledger/migrate.ts';
import { type ProbeKind, probeKinds } from './kind-probe/definition.ts';
import type { Testimony } from './kind-probe/steps.ts';

/** A real stack with real worker processes that serve the probe kinds, and the verbs that the flow tests use. */
export interface Flow {
  readonly stack: Stack;
  readonly ledger: Ledger;
  readonly temporal: Client;
  /** Runs SQL past the ledger, as an operator with psql would. */
  sql(text: string, values?: unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** `raised`: steps whose version is higher than it says, by one for each time that they are named. */
  startWorker(queue: 'control' | 'cpu' | 'io' | 'gpu', ...raised: readonly string[]): WorkerProcess;
  /** A fresh resource with a file and a gates directory of its own. */
  resource(options?: ResourceOptions): Promise<Resource>;
  /** Puts a copy of a file of the repository as a resource. */
  place(file: string, resourceId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkerProcess {
  readonly pid: number;
  readonly output: () => string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

export interface ResourceOptions {
  /** Default: bytes that no other resource has. */
  readonly content?: string;
  readonly owner?: string;
}

export interface Resource {
  readonly id: string;
  readonly path: string;
  /** Makes, or takes away, a gate of the probe's steps: `hold('a')`, `open('a.hold')`. */
  gate(name: string, content?: unknown): void;
  open(name: string): void;
  /** What the steps did, outside the ledger. */
  witnessed(name: string, event?: Testimony['event']): number;
  submit(kind?: ProbeKind, wish?: Partial<Parameters<Ledger['submit']>[0][number]>): Promise<Answer>;
  view(kind?: ProbeKind): Promise<AnalysisView>;
  /** Waits until the newest run is in the state. */
  reaches(state: AnalysisView['state'], kind?: ProbeKind): Promise<AnalysisView>;
  /** The same, and until Temporal has closed the workflow too: the ledger closes a moment before. */
  closes(state: AnalysisView['state'], kind?: ProbeKind): Promise<AnalysisView>;
  temporalStatus(temporalRunId: string, kind?: ProbeKind): Promise<string>;
}

export const operator: Actor = { actor: 'test', owner: 'test', role: 'operator' };
const workerProgram = fileURLToPath(new URL('kind-probe/worker.ts', import.meta.url));

/** Waits for a value that is neither undefined, null nor false. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(25);
  }
}

export async function startFlow(): Promise<Flow> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'onceflow-flow-'));
  const files = join(dataDirectory, 'files');
  mkdirSync(files);
  const onReady = async ({ databaseUrl }: { databaseUrl: string }) => void (await migrate(databaseUrl));
  const stack = await startStack({ dataDirectory, ui: 'off', onReady });
  const pool = createPool({
    databaseUrl: stack.databaseUrl,
    max: 4,
    waitMs: 5_000,
    statementTimeoutMs: 10_000,
  });
  const ledger = createLedger(pool);
  const temporal = openTemporal({ address: stack.temporalAddress, namespace: stack.temporalNamespace });
  const workers: ReturnType<typeof startProcess>[] = [];
  let made = 0;
  return {
    stack,
    ledger,
    temporal,
    sql: async (text, values) => (await pool.query(text, values)).rows,
    startWorker(queue, ...raised) {
      const worker = startProcess(stack, files, [queue, ...raised]);
      workers.push(worker);
      return worker;
    },
    async resource(options = {}) {
      made += 1;
      return makeResource({ ledger, temporal }, files, `r${made}`, options);
    },
    async place(file, resourceId) {
      const path = join(files, basename(file));
      writeFileSync(path, readFileSync(file));
      await ledger.putResource(resourceId, { type: 'file', path }, operator);
    },
    async stop() {
      for (const worker of workers) worker.kill('SIGTERM');
      await Promise.all(workers.map((worker) => endWithin(worker, 20_000)));
      await ledger.close();
      await temporal.connection.close();
      await stack.stop();
      await removeStackData(dataDirectory);
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

function startProcess(stack: Stack, files: string, argv: readonly string[]): WorkerProcess {
  const child: ChildProcess = spawn(process.execPath, [workerProgram, ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ONCEFLOW_DATABASE_URL: stack.databaseUrl,
      ONCEFLOW_DATA_DIRECTORY: stack.dataDirectory,
      ONCEFLOW_ROOTS: files,
      ONCEFLOW_CPU_SLOTS: '4',
      TEMPORAL_ADDRESS: stack.temporalAddress,
      TEMPORAL_NAMESPACE: stack.temporalNamespace,
    },
  });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (process.env['ONCEFLOW_TEST_VERBOSE']) process.stderr.write(chunk);
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    exited: new Promise((resolve) => child.once('exit', resolve)),
  };
}

async function endWithin(worker: WorkerProcess, timeoutMs: number): Promise<void> {
  const ended = await Promise.race([worker.exited, delay(timeoutMs, 'late' as const, { ref: false })]);
  if (ended !== 'late') return;
  worker.kill('SIGKILL');
  await worker.exited;
  throw new Error(`a worker did not drain within ${timeoutMs} ms:\n${worker.output()}`);
}

async function makeResource(
  { ledger, temporal }: Pick<Flow, 'ledger' | 'temporal'>,
  files: string,
  id: string,
  { content = `bytes of ${id}\n`, owner = operator.owner }: ResourceOptions,
): Promise<Resource> {
  const gates = join(files, `${id}.gates`);
  const path = join(files, `${id}.txt`);
  mkdirSync(gates);
  writeFileSync(path, content);
  await ledger.putResource(id, { type: 'file', path }, { ...operator, owner });
  const view = async (kind = 'once') => (await ledger.get({ kind, resourceId: id })) as AnalysisView;
  const reaches: Resource['reaches'] = (state, kind) =>
    eventually(`${id} ${state}`, async () => {
      const seen = await view(kind);
      return seen?.state === state && seen;
    });
  const temporalStatus: Resource['temporalStatus'] = async (temporalRunId, kind = 'once') =>
    (await temporal.workflow.getHandle(`${kind}:${id}`, temporalRunId).describe()).status.name;
  return {
    id,
    path,
    gate: (name, content = '') =>
      writeFileSync(join(gates, name), typeof content === 'string' ? content : JSON.stringify(content)),
    open: (name) => rmSync(join(gates, name), { force: true }),
    witnessed(name, event = 'started') {
      const file = join(gates, 'witness.ndjson');
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
      return lines
        .map((line) => JSON.parse(line) as Testimony)
        .filter((one) => one.name === name && one.event === event).length;
    },
    async submit(kind = 'once', wish = {}) {
      const definition = probeKinds[kind];
      const [answer] = await ledger.submit([
        {
          kind,
          resourceId: id,
          wish: 'submit',
          policy: definition.policy,
          analyserVersion: definition.version,
          params: {},
          priority: 3,
          fromScratch: false,
          observedPin: null,
          requestedBy: operator,
          ...wish,
        },
      ]);
      if (!answer || answer.outcome === 'refused') throw new Error(`refused: ${JSON.stringify(answer)}`);
      return answer;
    },
    view,
    reaches,
    async closes(state, kind) {
      const seen = await reaches(state, kind);
      const { temporalRunId } = seen.run;
      if (temporalRunId) {
        const isClosed = async () => (await temporalStatus(temporalRunId, kind)) !== 'RUNNING';
        await eventually(`${id} closed in Temporal`, isClosed);
      }
      return seen;
    },
    temporalStatus,
  };
}
