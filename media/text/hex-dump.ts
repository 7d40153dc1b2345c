/** Bytes written out in hexadecimal: among many of them some are digits alone, and look like telephone numbers. */

const CONTEXT_UNITS = 64;
const LEAST_BYTES = 6;
/** Without a letter beside a digit it may be a number in groups, or the word `de`. */
const MIXED = /^(?=.*\d)(?=.*[a-f])/i;

/** Whether what stands there is a part of a row of bytes, written in groups of the same length. */
export function isInHexDump(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - CONTEXT_UNITS), start).split(/ {1,2}/);
  const after = text.slice(end, end + CONTEXT_UNITS).split(/ {1,2}/);
  const inside = text.slice(start, end).split(' ');
  const digits = inside[0]?.length ?? 0;
  const isBytes = (group: string): boolean => group.length === digits && /^[0-9a-f]+$/i.test(group);
  if (digits % 2 !== 0 || !inside.every(isBytes)) return false;
  // The first piece after and the last before are empty: a space is between.
  const left = runOf(before.slice(0, -1).toReversed(), isBytes);
  const right = runOf(after.slice(1), isBytes);
  const groups = [...left, ...inside, ...right];
  return (groups.length * digits) / 2 >= LEAST_BYTES && groups.some((group) => MIXED.test(group));
}

function runOf(groups: readonly string[], isBytes: (group: string) => boolean): readonly string[] {
  const stop = groups.findIndex((group) => !isBytes(group));
  return stop < 0 ? groups : groups.slice(0, stop);
}
