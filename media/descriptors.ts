/**
 * Descriptors that the worker itself inherited and that its children must not: a socket or file which whoever started
 * the worker left open without close-on-exec. Node opens its own with it, and cannot set it on others; so in the
 * child /dev/null is laid over them.
 */
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;
/** Descriptors that the launcher uses itself. */
const OWN = 4;

/** Descriptors of this process, beyond the launcher's own, that a child would inherit. */
export function inheritableDescriptors(): readonly number[] {
  return readNames('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor >= OWN && !closesOnExec(descriptor));
}

/** Calls `spawn` with what stands in `stdio` after the launcher's own descriptors. */
export function withoutDescriptors<T>(
  descriptors: readonly number[],
  spawn: (covers: readonly (number | 'ignore')[]) => T,
): T {
  if (descriptors.length === 0) return spawn([]);
  const nothing = openSync('/dev/null', 'r');
  try {
    const length = Math.max(...descriptors) + 1 - OWN;
    return spawn(
      Array.from({ length }, (_, index) => (descriptors.includes(index + OWN) ? nothing : 'ignore')),
    );
  } finally {
    closeSync(nothing);
  }
}

function closesOnExec(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
  } catch {
    // The descriptor of the listing itself, closed by now.
    return true;
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
