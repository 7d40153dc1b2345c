/**
 * Writes records as the one CSV that the engine is sure to read: comma, double quote, LF, no header, a fixed width.
 * A bare empty field is missing; a quoted empty field is an empty text.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export interface RecordWriter {
  write(fields: readonly (string | null)[], width: number): void;
  /** Records written. */
  readonly count: () => number;
  readonly longest: () => number;
  close(): void;
}

const FLUSH_CHARACTERS = 1 << 20;
const NEEDS_QUOTES = /[",\n\r]/;

export function openRecords(path: string): RecordWriter {
  const descriptor = openSync(path, 'w');
  let pending = '';
  let written = 0;
  let longest = 0;
  const flush = (): void => {
    if (pending.length > 0) writeSync(descriptor, pending);
    pending = '';
  };
  return {
    write: (fields, width) => {
      const start = pending.length;
      for (let index = 0; index < width; index += 1) {
        if (index > 0) pending += ',';
        const field = fields[index];
        if (field !== null && field !== undefined) pending += encoded(field);
      }
      // A single missing value would be a blank line, which readers skip.
      if (width === 1 && pending.length === start) pending += MISSING_ALONE;
      longest = Math.max(longest, pending.length - start);
      pending += '\n';
      written += 1;
      if (pending.length > FLUSH_CHARACTERS) flush();
    },
    count: () => written,
    longest: () => longest * 3,
    close: () => {
      flush();
      closeSync(descriptor);
    },
  };
}

/** Stands for a missing value in a table of one column. */
export const MISSING_ALONE = '\u0001missing';

function encoded(field: string): string {
  if (field === '') return '""';
  return NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
