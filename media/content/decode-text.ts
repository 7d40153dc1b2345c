/** The beginning of a file read as text, or that it is none. Which 8-bit encoding it is in does not matter here. */
import { isUtf8 } from 'node:buffer';
import type { ByteCensus } from '../text/byte-census.ts';
import { decoded } from '../text/decode.ts';
import { byMark, wideWithoutMark } from '../text/wide.ts';
import { unfinished } from '../program/utf8.ts';

/** Bell to carriage return without the vertical tab, the shifts of ISO-2022, the end mark of DOS, and escape. */
const CONTROLS_OF_TEXT = new Set([0x07, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x0e, 0x0f, 0x1a, 0x1b]);
/** A log may have some zeros where a machine went down. */
const MOST_CONTROLS = 0.01;
/** So many bytes without one control are no chance: of random ones, one file in a thousand would be without. */
const TELLING_BYTES = 64;

export function textOf(head: Buffer, size: number): string | null {
  const mark = byMark(head);
  if (mark && mark.name !== 'utf-8') return decoded(head, mark.name);
  return hasControls(head) ? null : (utf8Text(head, size) ?? olderText(head));
}

/** Text that has more in it than text should, or no mark although its characters are wide. For files of no format. */
export function doubtfulTextOf(head: Buffer, size: number): string | null {
  const wide = head.length < TELLING_BYTES ? null : wideWithoutMark(head, censusOf(head, size));
  if (wide) return decoded(head, wide.name);
  const controls = head.filter(isControl).length;
  return controls <= MOST_CONTROLS * head.length ? utf8Text(head, size) : null;
}

/** Not even the shortest frame of sound or film has so many bytes and no control among them. */
export function isSurelyText(head: Buffer): boolean {
  return head.length >= TELLING_BYTES && !hasControls(head);
}

const isControl = (byte: number): boolean => (byte < 0x20 && !CONTROLS_OF_TEXT.has(byte)) || byte === 0x7f;

function hasControls(head: Buffer): boolean {
  for (const byte of head) if (byte < 0x20 && !CONTROLS_OF_TEXT.has(byte)) return true;
  return false;
}

/** The end of the head may cut a character in two. */
function utf8Text(head: Buffer, size: number): string | null {
  const whole = head.length < size ? head.subarray(0, head.length - unfinished(head)) : head;
  return isUtf8(whole) ? whole.toString('utf8') : null;
}

/** Letters of Cyrillic are nearly all high, those of Shift-JIS begin where others have controls. */
function olderText(head: Buffer): string | null {
  if (head.length >= TELLING_BYTES) return head.toString('latin1');
  const letters = head.every((byte) => byte < 0x7f || byte >= 0xa0);
  return letters || isShiftJis(head) ? head.toString('latin1') : null;
}

function isShiftJis(head: Buffer): boolean {
  try {
    new TextDecoder('shift_jis', { fatal: true }).decode(head);
    return true;
  } catch {
    return false;
  }
}

function censusOf(head: Buffer, size: number): ByteCensus {
  const counts = new Float64Array(256);
  const zeros = [0, 0];
  head.forEach((byte, at) => {
    counts[byte] = (counts[byte] as number) + 1;
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] as number) + 1;
  });
  const validUtf8 = utf8Text(head, size) !== null;
  const [zerosAtEven = 0, zerosAtOdd = 0] = zeros;
  return { bytes: size, validUtf8, counts, zerosAtEven, zerosAtOdd, encodedReplacements: 0 };
}
