/** What an attempt of a step leaves for the next one of the same instance, should it be killed. */
export interface Kept {
  /** Of the bytes that it is about. */
  readonly pin: string | null;
  /** Of the step. */
  readonly version: number;
  readonly state: unknown;
}

/** It travels with each heartbeat, and Temporal ends an activity whose heartbeats are too large. Steps are told half of it. */
const MOST_BYTES = 64 * 1024;

/** Throws a RangeError. */
export function assertFits(kept: Kept, step: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(kept));
  if (bytes > MOST_BYTES)
    throw new RangeError(`${step} keeps ${bytes} bytes: that is too much for a heartbeat`);
}

/** What was kept of other bytes is nobody's, nor what another version of the step kept, which may have another form. */
export function keptFor(before: Kept | null, pin: string | null, version: number): unknown {
  return before?.pin === pin && before.version === version ? before.state : undefined;
}
