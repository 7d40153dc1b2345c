/**
 * Inference of one worker process: one warm child, started at first use, stopped when nobody has used it for a while.
 *
 * 1. A use on a device holds the device's lock from its first request to its end, and no longer.
 * 2. A use that is cancelled ends only when nothing is being computed for it any more: the child is ended, or, where
 *    others use it too, the request that is under way is waited for.
 * 3. A child that died is replaced at the next request; what it was asked fails.
 */
import {
  type Answer,
  type InferenceChild,
  type InferenceSettings,
  startInferenceChild,
} from './child-process.ts';
import type { Tensor } from './protocol.ts';
import type { RequestName, Requests } from './requests.ts';

export interface EngineUse {
  /** Throws InferenceRefused or InferenceDied. */
  readonly ask: <Name extends RequestName>(
    name: Name,
    ask: Requests[Name]['ask'],
    tensors?: readonly Tensor[],
  ) => Promise<Answer<Name>>;
}

export interface InferenceEngine {
  /** Rejects with the signal's reason when it aborts. */
  readonly use: <T>(signal: AbortSignal, work: (use: EngineUse) => Promise<T>) => Promise<T>;
  /** Ends the child; resolves when it is gone. */
  readonly close: () => Promise<void>;
}

export interface EngineSettings extends InferenceSettings {
  /** How long an unused child is kept; a minute unless said. */
  readonly idleMs?: number;
}

const IDLE_MS = 60_000;

interface Warm {
  readonly child: InferenceChild;
  locked: Promise<unknown> | null;
}

export function createInferenceEngine(settings: EngineSettings): InferenceEngine {
  let starting: Promise<Warm> | null = null;
  let warm: Warm | null = null;
  let users = 0;
  let idle: NodeJS.Timeout | undefined;
  /** Children that are still ending. */
  const ending = new Set<Promise<void>>();

  const start = async (): Promise<Warm> => {
    const child = await startInferenceChild(settings);
    ending.add(child.gone);
    void child.gone.finally(() => ending.delete(child.gone));
    warm = { child, locked: null };
    return warm;
  };
  const ready = async (): Promise<Warm> => {
    if (warm?.child.isAlive()) return warm;
    starting ??= start().finally(() => {
      starting = null;
    });
    return starting;
  };
  const locked = async (): Promise<InferenceChild> => {
    const one = await ready();
    if (settings.device) await (one.locked ??= one.child.ask('lock', { path: settings.device.lock }));
    return one.child;
  };
  const kill = async (): Promise<void> => {
    await starting?.catch(() => {});
    warm?.child.kill();
    await Promise.all(ending);
  };
  const rest = (): void => {
    const one = warm;
    if (!one?.child.isAlive()) return;
    if (one.locked) one.child.ask('unlock', {}).catch(() => {});
    one.locked = null;
    idle = setTimeout(() => {
      warm = null;
      one.child.dismiss();
    }, settings.idleMs ?? IDLE_MS);
    idle.unref();
  };

  return {
    async use(signal, work) {
      signal.throwIfAborted();
      users += 1;
      clearTimeout(idle);
      const onAbort = (): void => {
        if (users === 1) void kill();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await work({
          async ask(name, ask, tensors) {
            signal.throwIfAborted();
            const child = await locked();
            signal.throwIfAborted();
            return child.ask(name, ask, tensors);
          },
        });
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      } finally {
        signal.removeEventListener('abort', onAbort);
        users -= 1;
        if (users === 0 && signal.aborted) await kill();
        else if (users === 0) rest();
      }
    },
    async close() {
      clearTimeout(idle);
      await kill();
    },
  };
}
