/** Blocking reads and writes of pipes, for programs that have nothing to do in between. */
import { readSync, writeSync } from 'node:fs';

/** Fills the buffer from stdin; less than its length only where the input ends. */
export function readFully(buffer: Uint8Array): number {
  for (let filled = 0; filled < buffer.length; ) {
    const read = retried(() => readSync(0, buffer, filled, buffer.length - filled, null));
    if (read === 0) return filled;
    filled += read;
  }
  return buffer.length;
}

export function writeFully(bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += retried(() => writeSync(1, bytes, written, bytes.length - written));
  }
}

/** Pipes may have been made non-blocking by whoever made them: wait a little, then try again. */
function retried(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
