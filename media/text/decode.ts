/** From bytes to text, piece by piece. A piece never ends inside a character. */
import { createReadStream } from 'node:fs';
import iconv from 'iconv-lite';
import { READ_BYTES } from './job.ts';

export interface Decoder {
  write(bytes: Buffer): string;
  end(): string;
}

/** Read by Node's own decoders: iconv-lite lacks the second. */
const BUILT_IN = new Set(['utf-8', 'iso-2022-jp']);

/** Whether this is the name of an encoding that texts can be read in. */
export function isEncoding(name: string): boolean {
  return BUILT_IN.has(name) || iconv.encodingExists(name);
}

/** Broken bytes become U+FFFD. A byte order mark is kept: it is taken off where it is known to be one. */
export function decoderOf(encoding: string): Decoder {
  const text = BUILT_IN.has(encoding) ? builtIn(encoding) : legacy(encoding);
  let held = '';
  return {
    write(bytes) {
      const decoded = held + text.write(bytes);
      const last = decoded.charCodeAt(decoded.length - 1);
      // The second half of a pair is in the next bytes.
      const split = last >= 0xd800 && last <= 0xdbff;
      held = split ? decoded.slice(-1) : '';
      return split ? decoded.slice(0, -1) : decoded;
    },
    end: () => held + text.end(),
  };
}

/** Of bytes that are all there at once. */
export function decoded(bytes: Buffer, encoding: string): string {
  const decoder = decoderOf(encoding);
  return decoder.write(bytes) + decoder.end();
}

/** By Node's own decoder. */
export function builtIn(encoding: string): Decoder {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

function legacy(encoding: string): Decoder {
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
}

/** The whole file as pieces of text, without the byte order mark. */
export async function* decodedFile(
  path: string,
  encoding: string,
  bom: boolean,
  onBytes: (done: number) => void,
): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  let done = 0;
  let first = true;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const text = decoder.write(chunk as Buffer);
    done += (chunk as Buffer).length;
    if (text.length > 0) yield first && bom ? withoutMark(text) : text;
    first = first && text.length === 0;
    onBytes(done);
  }
  const rest = decoder.end();
  if (rest.length > 0) yield first && bom ? withoutMark(rest) : rest;
}

export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
