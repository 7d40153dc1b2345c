import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from './identity.ts';
import { accepts } from './ports.ts';
import { readState } from './state-file.ts';

/** How to reach a stack. */
export interface StackAddresses {
  /** With the password in it: not for logs. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Undefined when the stack was started without the UI. */
  readonly temporalUiUrl: string | undefined;
  readonly dataDirectory: string;
  /** Modules of kinds from outside that its workers serve. */
  readonly kinds: readonly string[];
}

/** `stack.json` of the data directory: present from the moment a stack is ready until its stop begins. */
export interface StackState extends StackAddresses {
  readonly owner: ProcessIdentity;
  readonly postgres: ProcessIdentity;
  readonly temporal: ProcessIdentity;
}

export function stackStatePath(dataDirectory: string): string {
  return join(dataDirectory, 'stack.json');
}

export function startLockPath(dataDirectory: string): string {
  return join(dataDirectory, 'lock');
}

export function readStackState(dataDirectory: string): Promise<StackState | undefined> {
  return readState<StackState>(stackStatePath(dataDirectory));
}

/** Whether the processes that the state names live and both servers accept connections. */
export async function answers(state: StackState): Promise<boolean> {
  if (![state.owner, state.postgres, state.temporal].every(isAlive)) return false;
  const temporalPort = Number(state.temporalAddress.split(':').at(-1));
  const open = await Promise.all([accepts(Number(new URL(state.databaseUrl).port)), accepts(temporalPort)]);
  return open.every(Boolean);
}

export function addressesOf(state: StackState): StackAddresses {
  const { databaseUrl, temporalAddress, temporalNamespace, temporalUiUrl, dataDirectory, kinds } = state;
  return {
    databaseUrl,
    temporalAddress,
    temporalNamespace,
    temporalUiUrl,
    dataDirectory,
    kinds: kinds ?? [],
  };
}
