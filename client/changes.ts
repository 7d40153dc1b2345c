import type { Ledger } from '../ledger/ledger.ts';
import { abortReason } from './errors.ts';

/** Wakes whoever waits for something to change about an analysis. NOTIFY makes it quick, the poll makes it sure. */
export interface Changes {
  /** Subscribe before reading what is, so that no change falls in between. */
  subscribe(workflowId: string): Subscription;
  close(): Promise<void>;
}

export interface Subscription {
  /** Resolves at the next change, at the latest after `withinMs`. Rejects with the signal's reason. */
  changed(withinMs: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

export function createChanges(ledger: Pick<Ledger, 'listen'>): Changes {
  const wakes = new Map<string, Set<() => void>>();
  let listening: Promise<() => Promise<void>> | undefined;

  const listen = () => {
    listening ??= ledger.listen(({ workflowId }) => {
      for (const wake of wakes.get(workflowId) ?? []) wake();
    });
    // Without a listener the poll still answers; the next subscriber tries to listen again.
    listening.catch(() => {
      listening = undefined;
    });
  };

  return {
    subscribe(workflowId) {
      listen();
      const { subscription, wake } = createSubscription(() => {
        const set = wakes.get(workflowId);
        set?.delete(wake);
        if (set?.size === 0) wakes.delete(workflowId);
      });
      const set = wakes.get(workflowId) ?? new Set();
      wakes.set(workflowId, set.add(wake));
      return subscription;
    },
    async close() {
      const stop = await listening?.catch(() => undefined);
      await stop?.();
    },
  };
}

function createSubscription(onClose: () => void): { subscription: Subscription; wake: () => void } {
  let dirty = false;
  let waiting: (() => void) | undefined;
  const wake = () => {
    dirty = true;
    waiting?.();
  };
  const changed = async (withinMs: number, signal?: AbortSignal) => {
    if (signal?.aborted) throw abortReason(signal);
    if (!dirty) {
      await new Promise<void>((resolve) => {
        const settle = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', settle);
          resolve();
        };
        const timer = setTimeout(settle, withinMs);
        signal?.addEventListener('abort', settle, { once: true });
        waiting = settle;
      });
      waiting = undefined;
    }
    dirty = false;
    if (signal?.aborted) throw abortReason(signal);
  };
  return { subscription: { changed, close: onClose }, wake };
}
