/**
 * Threads of this worker for calculations on plain numbers, whose code is compiled once and stays so. They parse no file
 * of a user: that is for children. See docs/decisions/0010.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

export interface Calculator {
  /**
   * Calls `calculate` of the module with the input, both of which can be cloned, in some thread. When the signal
   * aborts the thread ends, and the promise rejects.
   */
  calculate<Output>(module: URL, input: unknown, signal: AbortSignal): Promise<Output>;
  close(): Promise<void>;
}

/** Threads are started when there is work, and end when there has been none for as long. */
const IDLE_MS = 30_000;
/** Of V8's heap; samples are no part of it. */
const HEAP_MEBIBYTES = 64;

export function openCalculator(): Calculator {
  let pool: Piscina | null = null;
  const opened = (): Piscina =>
    new Piscina({
      minThreads: 0,
      maxThreads: availableParallelism(),
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
    });
  return {
    calculate: (module, input, signal) => {
      pool ??= opened();
      return pool.run(input, { filename: module.href, name: 'calculate', signal });
    },
    async close() {
      await pool?.destroy();
    },
  };
}
