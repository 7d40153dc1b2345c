import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type WorkerOptions } from '@temporalio/worker';
import { createEngine, type Engine } from '../activities/engine.ts';
import { openCalculator } from '../activities/frame/calculator.ts';
import type { Frame } from '../activities/frame/frame.ts';
import { openHandover } from '../activities/frame/handover.ts';
import { createStepActivities } from '../activities/frame/step-activities.ts';
import { openInference } from '../activities/inference/infer.ts';
import type { Queue } from '../kinds/define.ts';
import { createLedger, createPool } from '../ledger/index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { sweepAttemptDirectories } from '../media/attempt-directory.ts';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { createSandbox, type Sandbox } from '../media/sandbox.ts';
import type { Device } from './device.ts';
import type { Kinds } from './kinds.ts';
import { logger } from './logging.ts';
import type { WorkerSettings } from './settings.ts';

/** What every worker process stands on, whatever its queue. */
export interface Base {
  readonly settings: WorkerSettings;
  readonly kinds: Kinds;
  readonly workerId: string;
  readonly ledger: Ledger;
  readonly temporal: Client;
  readonly engine: Engine;
  readonly connection: NativeConnection;
  /** Ended with the worker. */
  readonly closing: { close(): Promise<void> }[];
  close(): Promise<void>;
}

/** Signals are ours: a worker drains once, in the order of `run`. */
export async function openBase(settings: WorkerSettings, kinds: Kinds): Promise<Base> {
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'WARN', forward: {} } },
  });
  const connection = await connect(settings);
  const temporal = new Client({ connection, namespace: settings.namespace });
  const pool = createPool({
    databaseUrl: settings.databaseUrl,
    max: settings.poolMax,
    waitMs: settings.poolWaitMs,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const ledger = createLedger(pool);
  const closing: Base['closing'] = [];
  return {
    settings,
    kinds,
    workerId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    ledger,
    temporal,
    engine: createEngine(temporal),
    connection,
    closing,
    async close() {
      await Promise.all(closing.map((one) => one.close()));
      await ledger.close();
      await connection.close();
    },
  };
}

/** No statement of the ledger takes long; one that hangs must not outlive a lease. */
const STATEMENT_TIMEOUT_MS = 20_000;

class TemporalUnreachable extends Error {
  readonly code = 'TEMPORAL_UNREACHABLE';
  readonly hint =
    'start Temporal, or set TEMPORAL_ADDRESS; whoever supervises this worker may start it again';
}

async function connect({ connection, address }: WorkerSettings): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ ...connection, address });
  } catch (cause) {
    throw new TemporalUnreachable(`Temporal did not answer at ${address}`, { cause });
  }
}

/** How long running steps may go on after a worker was told to stop, and when it stops whatever they do. */
const SHUTDOWN_GRACE_MS = 8_000;
const SHUTDOWN_FORCE_MS = 13_000;

export function workerOptions(base: Base, queue: Queue): WorkerOptions {
  return {
    connection: base.connection,
    namespace: base.settings.namespace,
    taskQueue: queue,
    identity: base.workerId,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    shutdownForceTime: SHUTDOWN_FORCE_MS,
    // Cancellation arrives with the answer to a heartbeat.
    maxHeartbeatThrottleInterval: 2_000,
    defaultHeartbeatThrottleInterval: 2_000,
  };
}

const POLLERS = 2;

/** Options of a worker that does steps and runs no workflow. Throws MediaToolsError. */
export async function stepOptions(
  base: Base,
  queue: Queue,
  slots: number,
  device?: Device,
): Promise<WorkerOptions> {
  const { settings, kinds } = base;
  const sandbox = createSandbox(settings.witness === undefined ? {} : { witness: settings.witness });
  for (const loss of sandbox.losses) logger.warn(loss);
  const { codeDirectory, dataDirectory, memoryScope } = settings;
  const inputs = { roots: settings.roots, maxBytes: settings.maxFileBytes };
  const { ffmpeg, ffprobe } = await findMediaTools(settings.mediaTools);
  const tools = {
    ffmpeg: ffmpeg.path,
    ffprobe: ffprobe.path,
    node: process.execPath,
    compiled: `${codeDirectory}/programs`,
  };
  const attempts = `${dataDirectory}/attempts`;
  await sweepAttemptDirectories(attempts);
  const { ledger, engine, workerId } = base;
  const opened = await openMeans(base, { sandbox, scratch: attempts, device });
  const places = { dataDirectory, inputs, memoryScope };
  const frame: Frame = { ledger, engine, workerId, sandbox, ...opened, ...places, tools, device };
  return {
    ...workerOptions(base, queue),
    activities: createStepActivities(frame, kinds.definitions, kinds.implementations),
    maxConcurrentActivityTaskExecutions: slots,
    // What a frozen worker has asked for is lost until its heartbeat timeout: ask for little ahead of time.
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: Math.min(slots, POLLERS) },
  };
}

/** What steps work with beside their children; ended with the worker. */
async function openMeans(
  { settings, closing }: Base,
  {
    sandbox,
    scratch,
    device,
  }: { readonly sandbox: Sandbox; readonly scratch: string } & Pick<Frame, 'device'>,
): Promise<Pick<Frame, 'inference' | 'handover' | 'calculator'>> {
  const { modelsDirectory } = settings;
  const inference = await openInference({
    sandbox,
    node: process.execPath,
    scratch,
    modelsDirectory,
    device,
  });
  const handover = openHandover({ base: scratch });
  const calculator = openCalculator();
  closing.push(inference, handover, calculator);
  return { inference, handover, calculator };
}
