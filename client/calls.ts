import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerError } from '../ledger/errors.ts';
import { OnceflowError } from './errors.ts';

/**
 * Every call to the ledger goes through here: one whose connection was lost is made again, and what comes out is typed.
 * That is safe because each is a read, or a write that says the same when it is repeated: submits carry their key,
 * cancels the generation that they mean, deletes the incarnation, a put that is repeated what it had seen before.
 */
export type Call = <Value>(operation: () => Promise<Value>) => Promise<Value>;

/** Lost connections are made good for `patienceMs`; then LEDGER_UNREACHABLE. */
export function createCall(patienceMs: number): Call {
  return async (operation) => {
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await operation();
      } catch (error) {
        const pauseMs = Math.min(1000, 50 * 2 ** attempt);
        if (!isUnreachable(error) || performance.now() + pauseMs > deadline) throw typed(error);
        await sleep(pauseMs);
      }
    }
  };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof LedgerError && error.code === 'LEDGER_UNREACHABLE';
}

/** The ledger's errors as the client's; anything unknown stays what it is. */
export function typed(error: unknown): unknown {
  if (isClosed(error)) return closedError(error);
  if (!(error instanceof LedgerError)) return error;
  const hint = isUnreachable(error)
    ? 'start the embedded stack with `onceflow up`, or check ONCEFLOW_DATABASE_URL'
    : error.hint;
  return new OnceflowError({ code: error.code, message: error.message, hint, cause: error });
}

/** What the pool says of itself after its end, in these words alone. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && error.message.includes('after calling end on the pool');
}

export function closedError(cause?: unknown): OnceflowError {
  const hint = 'connect again, and close a client only when nobody waits for it any more';
  return new OnceflowError({ code: 'CLOSED', message: 'this client was closed', hint, cause });
}
