/** Lines, newlines and encoding of a text, counted as its bytes pass. The state is plain data, to be gone on from. */
import { isUtf8 } from 'node:buffer';
import type { Census } from './job.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const LF = 0x0a;
const CR = 0x0d;

export interface CensusTaker {
  feed(bytes: Buffer): void;
  readonly state: () => Census;
}

/** Null: from the beginning of the file. Pieces begin at even offsets. */
export function openCensus(before: Census | null): CensusTaker {
  const now: Mutable<Census> = before === null ? beginning() : { ...before };
  let first = before === null;
  return {
    feed(bytes) {
      if (first) lookForMark(now, bytes);
      first = false;
      if (now.unit === 'byte') countBytes(now, bytes);
      else countUnits(now, bytes);
      if (now.utf8_valid && now.unit === 'byte') checkUtf8(now, bytes);
    },
    state: () => ({ ...now }),
  };
}

function beginning(): Mutable<Census> {
  return {
    ...{ unit: 'byte', byte_order_mark: null, lf: 0, cr: 0, crlf: 0, longest_line: 0, current_line: 0 },
    ...{ previous: 0, utf8_valid: true, carry: [] },
  };
}

function lookForMark(now: Mutable<Census>, bytes: Buffer): void {
  const mark = bytes.toString('hex', 0, 3);
  if (mark === 'efbbbf') now.byte_order_mark = 'utf-8';
  if (!mark.startsWith('fffe') && !mark.startsWith('feff')) return;
  now.unit = mark.startsWith('fffe') ? 'utf-16le' : 'utf-16be';
  now.byte_order_mark = now.unit;
}

function countBytes(now: Mutable<Census>, bytes: Buffer): void {
  let { lf, cr, crlf, longest_line: longest, current_line: line, previous } = now;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === LF || byte === CR) {
      if (byte === CR) cr += 1;
      else {
        lf += 1;
        if (previous === CR) crlf += 1;
      }
      if (line > longest) longest = line;
      line = 0;
    } else line += 1;
    previous = byte;
  }
  Object.assign(now, { lf, cr, crlf, longest_line: Math.max(longest, line), current_line: line, previous });
}

function countUnits(now: Mutable<Census>, bytes: Buffer): void {
  const read = (at: number): number =>
    now.unit === 'utf-16le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    const unit = read(at);
    if (unit === LF || unit === CR) {
      if (unit === CR) now.cr += 1;
      else now.lf += 1;
      if (unit === LF && now.previous === CR) now.crlf += 1;
      now.current_line = 0;
    } else now.current_line += 2;
    now.longest_line = Math.max(now.longest_line, now.current_line);
    now.previous = unit;
  }
}

function checkUtf8(now: Mutable<Census>, bytes: Buffer): void {
  const text = now.carry.length === 0 ? bytes : Buffer.concat([Buffer.from(now.carry), bytes]);
  const whole = text.length - unfinished(text);
  now.utf8_valid = isUtf8(text.subarray(0, whole));
  now.carry = now.utf8_valid ? [...text.subarray(whole)] : [];
}

/** Bytes at the end that begin a character whose rest is still to come. */
function unfinished(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back += 1) {
    const byte = text[text.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needs > back ? back : 0;
  }
  return 0;
}
