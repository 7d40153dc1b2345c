/**
 * Threads of this worker for calculations on plain numbers, whose code is compiled once and stays so. They parse no file
 * of a user: that is for children. See docs/decisions/0010.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

export interface Calculator {
  /**
   * Calls `calculate` of the module with the input, both of which can be cloned, in some thread. When the signal aborts
   * the promise rejects at once, and the thread is ended wherever it is.
   */
  calculate<Output>(module: URL, input: unknown, signal: AbortSignal): Promise<Output>;
  close(): Promise<void>;
}

/** How long all threads but one stay without work. */
const IDLE_MS = 30_000;
/** Of V8's heap; samples are no part of it. */
const HEAP_MEBIBYTES = 64;

export function openCalculator(): Calculator {
  let pool: Piscina | null = null;
  const close = async (): Promise<void> => {
    const closing = pool;
    pool = null;
    await closing?.destroy();
  };
  return {
    close,
    calculate: (module, input, signal) => {
      pool ??= openPool(() => void close());
      return pool.run(input, { filename: module.href, name: 'calculate', signal });
    },
  };
}

/** `onBroken`: a thread died while it had nothing to do, or before. What waits for one would wait for ever. */
function openPool(onBroken: () => void): Piscina {
  const pool = new Piscina({
    // With none, what waits while all threads are ended by their signals would be forgotten.
    minThreads: 1,
    maxThreads: availableParallelism(),
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
  });
  return pool.on('error', onBroken);
}
