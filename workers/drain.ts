import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Queue } from '../kinds/define.ts';
import type { Base } from './compose.ts';
import { logger } from './logging.ts';

const SEEN_EVERY_MS = 5_000;

/** Runs a worker until SIGTERM or SIGINT, lets it finish what it can, and leaves nothing open. */
export async function runUntilStopped(
  base: Base,
  queue: Queue,
  options: WorkerOptions,
  {
    device,
    beside,
  }: { readonly device?: string; readonly beside?: (signal: AbortSignal) => Promise<void> } = {},
): Promise<void> {
  const worker = await Worker.create(options);
  const stopped = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (stopped.signal.aborted) return;
    logger.info('worker drains', { queue, signal });
    stopped.abort();
    worker.shutdown();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  logger.info('worker runs', { queue, workerId: base.workerId, device });
  try {
    const { workerId } = base;
    const row = { workerId, queue, device: device ?? null, pid: process.pid, host: hostname() };
    await Promise.all([
      worker.run().finally(() => stopped.abort()),
      reportSeen(base, row, stopped.signal),
      beside?.(stopped.signal),
    ]);
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
    await base.ledger.workerGone(base.workerId).catch(() => {});
    await base.close();
  }
}

type WorkerRow = Parameters<Base['ledger']['workerSeen']>[0];

/** Tells the ledger that this worker lives: who waits for a queue is told whether anybody serves it. */
async function reportSeen(base: Base, row: WorkerRow, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await base.ledger
      .workerSeen(row)
      .catch((error) => logger.warn('ledger not reached', { error: String(error) }));
    await delay(SEEN_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
