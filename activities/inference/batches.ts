/** Work in batches that shrink when memory runs out, and what that cost. */
import type { Ran } from '../../media/inference/requests.ts';
import { isOutOfMemory } from './failures.ts';
import type { InferenceRun } from './outcome.ts';

/** Sums up the requests of one step. */
export interface RunMeter {
  readonly add: (ran: Ran) => void;
  readonly batchDone: (size: number) => void;
  readonly halved: () => void;
  readonly summary: () => InferenceRun;
}

export function createRunMeter(): RunMeter {
  let last: Ran | null = null;
  let inferenceMs = 0;
  let size = 0;
  let halvings = 0;
  return {
    add(ran) {
      last = ran;
      inferenceMs += ran.inferenceMs;
    },
    batchDone(done) {
      size = Math.max(size, done);
    },
    halved() {
      halvings += 1;
    },
    summary: () => ({
      provider: last?.provider ?? 'cpu',
      provider_note: last?.providerNote ?? null,
      inference_s: Math.round(inferenceMs) / 1_000,
      batch: { size, halvings },
    }),
  };
}

/**
 * Does the items in their order, `most` at a time. Where memory runs out, the batch is halved and tried again at once;
 * it stays small for the rest. Rejects with what the request threw when a single item does not fit.
 */
export async function inBatches<Item, Done>(
  items: readonly Item[],
  most: number,
  meter: RunMeter,
  work: (batch: readonly Item[]) => Promise<readonly Done[]>,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  let size = Math.max(1, most);
  while (done.length < items.length) {
    const batch = items.slice(done.length, done.length + size);
    try {
      done.push(...(await work(batch)));
      meter.batchDone(batch.length);
    } catch (error) {
      if (!isOutOfMemory(error) || batch.length === 1) throw error;
      meter.halved();
      size = Math.ceil(batch.length / 2);
    }
  }
  return done;
}
