/** A text as UTF-8 on disk: the file itself when it already is, else a rewritten copy in the private directory. */
import { join } from 'node:path';
import { type Encoding, encodingOf, transcode } from './encoding.ts';
import { bytesAt } from '../program/file-bytes.ts';
import { notATable, type Wrapping } from './recognise.ts';

export interface PlainText {
  readonly path: string;
  /** Up to 1 MiB from the start, cut after its last whole line where there is one. */
  readonly beginning: string;
  readonly encoding: Encoding['name'];
  readonly bom: boolean;
  readonly invalidSequences: number;
  readonly compression: Wrapping;
  readonly rewritten: boolean;
}

const BEGINNING_BYTES = 1 << 20;
/** Texts have no more control characters than this. */
const MOST_CONTROL_SHARE = 0.1;

/** Throws NOT_A_TABLE for bytes that are no text, UNKNOWN_ENCODING for a name of none. */
export async function plainText(
  path: string,
  told: string,
  directory: string,
  compression: Wrapping,
  onBytes: (done: number) => void,
): Promise<PlainText> {
  const encoding = await encodingOf(path, told, onBytes);
  // Zeros and escapes are part of these.
  if (!/^(?:utf-?(?:16|32)|iso-2022)/.test(encoding.name)) requireText(bytesAt(path, 0, BEGINNING_BYTES));
  const asItIs = encoding.name === 'utf-8' && !encoding.broken;
  const copy = join(directory, 'text.utf8');
  const invalidSequences = asItIs ? 0 : await transcode(path, copy, encoding, onBytes);
  const readable = asItIs ? path : copy;
  return {
    path: readable,
    beginning: beginningOf(readable),
    encoding: encoding.name,
    // A copy is written without its mark.
    bom: encoding.bom,
    invalidSequences,
    compression,
    rewritten: !asItIs || compression !== 'none',
  };
}

/** Up to 1 MiB from there, cut after its last whole line where there is one. */
export function beginningOf(path: string, from = 0): string {
  const bytes = bytesAt(path, from, BEGINNING_BYTES);
  const text = new TextDecoder('utf-8').decode(bytes);
  if (bytes.length < BEGINNING_BYTES) return text;
  const lastLine = text.lastIndexOf('\n');
  return lastLine > 0 ? text.slice(0, lastLine + 1) : text;
}

function requireText(bytes: Buffer): void {
  let control = 0;
  for (const byte of bytes) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) control += 1;
  }
  if (control > bytes.length * MOST_CONTROL_SHARE) throw notATable('binary data of an unknown kind');
}
