import type { FaultPoint } from '../../ledger/fault-points.ts';

/** Between the fault run and its processes, over their IPC channels. */
export type ToProcess =
  | { readonly do: 'arm'; readonly point: FaultPoint; readonly fault: number }
  | { readonly do: 'disarm'; readonly fault: number }
  /** `lose`: the call fails as if its connection had been lost. */
  | { readonly do: 'go'; readonly fault: number; readonly as: 'usual' | 'lost' }
  | { readonly do: 'analyse'; readonly index: number };

export type FromProcess =
  | { readonly said: 'held'; readonly fault: number; readonly workflowId: string }
  | { readonly said: 'analysed'; readonly index: number }
  | { readonly said: 'ready' };
