/** The words of the lifecycle. docs/state-machine.md draws them; a test compares it with `transitions`. */
export const runStates = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export type RunState = (typeof runStates)[number];

export type Trigger = 'submit' | 'retry' | 'rerun' | 'reset' | 'coalesced' | 'schedule' | 'import' | 'direct';

/** From a closed state nothing follows: a new generation starts at `pending`. */
export const transitions: Readonly<Record<RunState, readonly RunState[]>> = {
  pending: ['running', 'cancelled', 'failed'],
  running: ['completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

export function isOpen(state: RunState): state is 'pending' | 'running' {
  return state === 'pending' || state === 'running';
}
