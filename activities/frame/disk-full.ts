import { statfs } from 'node:fs/promises';
import { StepFailure } from '../step-context.ts';
import { backOffMs } from './back-off.ts';

/**
 * A full disk is no fault of the input: whatever a step says after it ran out of room is not held against the file.
 * The wait between attempts is long, so that the five that a step has give an operator some minutes to make room.
 */
const DISK_FULL = 'DISK_FULL';
/** With less than this left, nothing that a decoder says about its input can be believed. */
const ROOM_BYTES = 1024 * 1024;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Does the work in the directory; a failure of it on a full disk is DISK_FULL, whatever the work called it. */
export async function minding<T>(directory: string, step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (await isFull(directory)) throw diskFull(step, error);
    throw error;
  }
}

/** Whether a system call found no room: in the attempt's directory, or in the store of artefacts. */
export function foundNoRoom(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function diskFull(step: string, cause: unknown): StepFailure {
  return new StepFailure({
    code: DISK_FULL,
    message: `${step} found no room on the disk`,
    hint: 'make room in the data directory: it goes on by itself for some minutes, later retry the analysis',
    retry: 'backoff',
    cause,
  });
}

/** Undefined: as for any other failure. `attempt` counts from 1. */
export function waitForRoomMs(code: string, attempt: number): number | undefined {
  if (code !== DISK_FULL) return undefined;
  return backOffMs(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS);
}

async function isFull(directory: string): Promise<boolean> {
  const disk = await statfs(directory).catch(() => null);
  return disk !== null && disk.bavail * disk.bsize < ROOM_BYTES;
}
