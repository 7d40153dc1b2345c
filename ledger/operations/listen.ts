import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { LedgerPool } from '../pool.ts';

export interface LedgerEvent {
  channel: 'dispatch' | 'cancel' | 'run';
  workflowId: string;
  runId: string;
}

const reconnectMs = 500;

/**
 * NOTIFY is a hint that saves waiting, never the only way to learn something: what was announced while the connection
 * was down is found by the sweeps. Reconnects until stopped; the first connection must succeed.
 */
export async function listen(
  pool: LedgerPool,
  onEvent: (event: LedgerEvent) => void,
): Promise<() => Promise<void>> {
  const stop = new AbortController();
  let client = await open();

  async function open(): Promise<pg.Client> {
    const opened = await pool.connectAlone();
    opened.on('notification', (message) => {
      const event = eventOf(message);
      if (event && !stop.signal.aborted) onEvent(event);
    });
    try {
      await opened.query('listen onceflow_dispatch; listen onceflow_cancel; listen onceflow_run');
    } catch (error) {
      // Not waited for: a server that answers nothing would hold up the next try.
      opened.end().catch(() => undefined);
      throw error;
    }
    // Not before: of a connection that is lost until now the caller hears, who opens the next one himself.
    opened.on('end', () => void reopen());
    return opened;
  }

  async function reopen(): Promise<void> {
    while (!stop.signal.aborted) {
      await delay(reconnectMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      const opened = await open().catch(() => null);
      if (!opened) continue;
      client = opened;
      if (stop.signal.aborted) await opened.end();
      return;
    }
  }

  return async () => {
    stop.abort();
    await client.end().catch(() => undefined);
  };
}

function eventOf(message: pg.Notification): LedgerEvent | null {
  const channel = message.channel.replace('onceflow_', '');
  if (channel !== 'dispatch' && channel !== 'cancel' && channel !== 'run') return null;
  const { w, r } = told(message.payload);
  return { channel, workflowId: String(w ?? ''), runId: String(r ?? '') };
}

/** Anybody may say something on a channel, and what is thrown here would end the process: it then names nothing. */
function told(payload: string | undefined): { readonly w?: unknown; readonly r?: unknown } {
  try {
    return (JSON.parse(payload ?? '') as { readonly w?: unknown; readonly r?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}
