/**
 * Inference of one worker process, by one warm child.
 *
 * 1. A use on a device holds the device's lock from its first request to its end, and no longer.
 * 2. A use that is cancelled ends only when nothing is being computed for it any more: the child is ended, or, where
 *    others use it too, the request that is under way is waited for.
 * 3. A child that died is replaced at the next request; what it was asked fails.
 */
import type { Answer } from './child-process.ts';
import type { Tensor } from './protocol.ts';
import type { RequestName, Requests } from './requests.ts';
import { createWarmChild, type OnWait, type WarmSettings } from './warm-child.ts';

export interface EngineUse {
  /** Throws InferenceRefused or InferenceDied. */
  readonly ask: <Name extends RequestName>(
    name: Name,
    ask: Requests[Name]['ask'],
    tensors?: readonly Tensor[],
  ) => Promise<Answer<Name>>;
}

export interface EngineUser {
  readonly signal: AbortSignal;
  readonly onWait: OnWait;
}

export interface InferenceEngine {
  /** Rejects with the signal's reason when it aborts. */
  readonly use: <T>(user: EngineUser, work: (use: EngineUse) => Promise<T>) => Promise<T>;
  /** Ends the child; resolves when it is gone. */
  readonly close: () => Promise<void>;
}

export function createInferenceEngine(settings: WarmSettings): InferenceEngine {
  const warm = createWarmChild(settings);
  const users = new Set<EngineUser>();
  return {
    async use({ signal, onWait }, work) {
      signal.throwIfAborted();
      const user = { signal, onWait };
      users.add(user);
      warm.stay();
      let killed: Promise<void> | undefined;
      const onAbort = (): void => {
        if ([...users].every((one) => one.signal.aborted)) killed = warm.kill();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await work({
          async ask(name, ask, tensors) {
            signal.throwIfAborted();
            const child = await warm.ready(onWait);
            signal.throwIfAborted();
            return child.ask(name, ask, tensors);
          },
        });
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      } finally {
        signal.removeEventListener('abort', onAbort);
        users.delete(user);
        // Others may have come since, and have a child of their own.
        await killed;
        if (users.size === 0 && signal.aborted) await warm.kill();
        else if (users.size === 0) warm.rest();
      }
    },
    close: warm.kill,
  };
}
