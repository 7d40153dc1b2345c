import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Entry } from './listing.ts';

const SHOWN_ENTRIES = 100;

/** Writes entries as they come, and keeps the file only if it says more than the listing. */
export function openEntries(path: string) {
  const descriptor = openSync(path, 'w');
  let count = 0;
  let lines = '';
  const flush = (): void => {
    if (lines !== '') writeSync(descriptor, lines);
    lines = '';
  };
  return {
    add(entry: Entry): void {
      count += 1;
      lines += `${JSON.stringify(entry)}\n`;
      if (lines.length > 1024 ** 2) flush();
    },
    close(): boolean {
      flush();
      closeSync(descriptor);
      if (count <= SHOWN_ENTRIES) rmSync(path);
      return count > SHOWN_ENTRIES;
    },
  };
}
