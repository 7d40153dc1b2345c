/** The one inference child of a worker: started when it is needed, replaced when it died, ended when it is idle. */
import { type InferenceChild, type InferenceSettings, startInferenceChild } from './child-process.ts';

export interface WarmSettings extends InferenceSettings {
  /** How long an unused child is kept; a minute unless said. */
  readonly idleMs?: number;
}

export interface WarmChild {
  /** Alive, and holding the device where there is one; `onWait` hears of the wait for it. */
  readonly ready: (onWait: OnWait) => Promise<InferenceChild>;
  /** Nobody uses it now: it gives the device back, and ends after a while. */
  readonly rest: () => void;
  /** Somebody will use it: it stays. */
  readonly stay: () => void;
  /** At once; resolves when it is gone, and those that were ending already. */
  readonly kill: () => Promise<void>;
}

/** A device is waited for, until that is settled. */
export type OnWait = (wait: Promise<unknown>) => void;

const IDLE_MS = 60_000;

interface Current {
  readonly child: InferenceChild;
  locked: Promise<unknown> | null;
}

export function createWarmChild(settings: WarmSettings): WarmChild {
  const line = createSuccession(settings);
  let idle: NodeJS.Timeout | undefined;
  return {
    async ready(onWait) {
      const one = await line.living();
      if (settings.device) {
        one.locked ??= one.child.ask('lock', { path: settings.device.lock });
        onWait(one.locked);
        await one.locked;
      }
      return one.child;
    },
    stay: () => clearTimeout(idle),
    rest() {
      const one = line.last();
      if (!one?.child.isAlive()) return;
      if (one.locked) one.child.ask('unlock', {}).catch(() => {});
      one.locked = null;
      idle = setTimeout(line.dismiss, settings.idleMs ?? IDLE_MS).unref();
    },
    async kill() {
      clearTimeout(idle);
      await line.kill();
    },
  };
}

/**
 * One child after the other. A child that is ended is nobody's from then on, also one that is only being started: whoever
 * asks while it goes has the next one.
 */
function createSuccession(settings: InferenceSettings) {
  let newest: Promise<Current> | null = null;
  let current: Current | null = null;
  const ending = new Set<Promise<void>>();
  const start = async (): Promise<Current> => {
    const child = await startInferenceChild(settings);
    ending.add(child.gone);
    void child.gone.finally(() => ending.delete(child.gone));
    return { child, locked: null };
  };
  return {
    last: (): Current | null => current,
    async living(): Promise<Current> {
      if (current !== null && !current.child.isAlive()) newest = current = null;
      const asked = (newest ??= start());
      try {
        const one = await asked;
        if (newest === asked) current = one;
        return one;
      } catch (error) {
        if (newest === asked) newest = null;
        throw error;
      }
    },
    dismiss(): void {
      current?.child.dismiss();
      newest = current = null;
    },
    async kill(): Promise<void> {
      const doomed = newest;
      const others = [...ending];
      newest = current = null;
      const one = await doomed?.catch(() => null);
      one?.child.kill();
      await Promise.all([...others, one?.child.gone]);
    },
  };
}
