import { setTimeout as delay } from 'node:timers/promises';
import { LedgerError } from '../../ledger/index.ts';

/**
 * Calls to the ledger while it may be away. That it cannot be reached is no failure of the step, so it must not count
 * as one; an error of a statement is, since it would come again.
 */
export class LedgerTrouble extends Error {
  override readonly name = 'LedgerTrouble';
}

const AGAIN_MS = 1_000;

/** Marks the ledger's own troubles, so that they are not taken for failures of the step. */
export async function fromLedger<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    if (cause instanceof LedgerError) throw new LedgerTrouble(cause.message, { cause });
    throw cause;
  }
}

/** Asks again until there is an answer or the attempt is ended: what took an hour is worth waiting for the lease. */
export async function insist<T>(signal: AbortSignal, operation: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await fromLedger(operation());
    } catch (error) {
      if (!(error instanceof LedgerTrouble)) throw error;
      // Ended for whatever reason, it is the trouble that left the answer unknown.
      await delay(AGAIN_MS);
      if (signal.aborted) throw error;
    }
  }
}
