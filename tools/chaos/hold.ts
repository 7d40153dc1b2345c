import { LedgerError } from '../../ledger/errors.ts';
import { type FaultPoint, installFaults } from '../../ledger/fault-points.ts';
import type { FromProcess, ToProcess } from './messages.ts';

/** Longest time in a window: the one who does the fault may have died of it. */
export const longestHoldMs = 4_000;

/**
 * Lets the parent hold this process at a window: it arms the window, is told when the process has come there, does its
 * fault and lets it go on, as usual or as if the connection had been lost.
 */
export function holdAtWindows(): void {
  const armed = new Map<FaultPoint, number>();
  const held = new Map<number, (as: 'usual' | 'lost') => void>();
  process.on('message', (message: ToProcess) => {
    if (message.do === 'arm') armed.set(message.point, message.fault);
    if (message.do === 'go') held.get(message.fault)?.(message.as);
    if (message.do !== 'disarm') return;
    for (const [point, fault] of armed) if (fault === message.fault) armed.delete(point);
  });
  // Without its parent nobody would end it.
  process.on('disconnect', () => process.exit(1));
  process.channel?.unref();
  installFaults(async (point, workflowId) => {
    const fault = armed.get(point);
    if (fault === undefined) return;
    armed.delete(point);
    const as = await new Promise<'usual' | 'lost'>((resolve) => {
      held.set(fault, resolve);
      tellParent({ said: 'held', fault, workflowId });
      setTimeout(resolve, longestHoldMs, 'usual');
    });
    held.delete(fault);
    if (as === 'lost') throw new LedgerError('LEDGER_UNREACHABLE', 'The answer was lost.', 'Ask again.');
  });
}

export function tellParent(message: FromProcess): void {
  if (process.connected) process.send?.(message);
}
