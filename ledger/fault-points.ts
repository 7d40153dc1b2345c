/**
 * Moments between two writes, named so that the random fault run (tools/chaos) can do harm exactly there. Without a
 * handler, as in every program of the product, passing one costs a comparison.
 */
export const faultPoints = [
  'submit: before commit',
  'submit: after commit, before dispatch',
  'submit: after dispatch',
  'relay: after take',
  'claim: after',
  'begin: after',
  'finish: before',
  'finish: after',
  'commit: before',
  'commit: after',
  'close: before',
  'close: after',
] as const;
export type FaultPoint = (typeof faultPoints)[number];

/** May wait, never return (the process is killed), or throw what a lost connection would. */
export type FaultHandler = (point: FaultPoint, workflowId: string) => Promise<void>;

let handler: FaultHandler | undefined;

export function installFaults(next: FaultHandler): void {
  handler = next;
}

export function faultPoint(point: FaultPoint, workflowId: string): Promise<void> | undefined {
  return handler?.(point, workflowId);
}
