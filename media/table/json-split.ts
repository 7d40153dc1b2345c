/**
 * Cuts a JSON array, or values that follow each other, into its elements without parsing it as a whole.
 * Nesting is counted on the way: 100,000 levels end as JSON_TOO_DEEP here and never reach a parser.
 */
import { createReadStream } from 'node:fs';
import { TableFailure } from './failure.ts';
import { MEBIBYTE, type TableLimits } from './job.ts';

const [QUOTE, BACKSLASH, COMMA, LF] = [34, 92, 44, 10];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

export type OnElement = (text: string, line: number) => void;

/** `inside` is the depth at which elements stand: 1 in an array, 0 in a sequence of values. Returns whether the array was closed. */
export async function splitJson(
  path: string,
  inside: 0 | 1,
  limits: TableLimits,
  onElement: OnElement,
  onBytes: (done: number) => void,
): Promise<{ readonly complete: boolean }> {
  const splitter = createSplitter(inside, limits, onElement);
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: MEBIBYTE })) {
    splitter.feed(chunk as Buffer);
    done += (chunk as Buffer).length;
    onBytes(done);
  }
  return { complete: splitter.end() };
}

function createSplitter(
  inside: 0 | 1,
  limits: TableLimits,
  onElement: OnElement,
): { feed: (chunk: Buffer) => void; end: () => boolean } {
  const pieces: Buffer[] = [];
  let kept = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let line = 1;
  let begun = 0;

  const keep = (piece: Buffer): void => {
    if (piece.length === 0) return;
    kept += piece.length;
    if (kept > limits.recordBytes) throw tooLong(begun, limits);
    pieces.push(Buffer.from(piece));
  };
  const flush = (): void => {
    const text = Buffer.concat(pieces).toString('utf8').trim();
    pieces.length = 0;
    kept = 0;
    if (text !== '') onElement(text, begun || line);
    begun = 0;
  };
  /** Returns where the kept part of the chunk begins after this byte. */
  const structural = (byte: number, chunk: Buffer, at: number, from: number): number => {
    if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1;
      if (depth > limits.jsonDepth) throw tooDeep(line, limits);
      return depth === inside ? at + 1 : from;
    }
    if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth -= 1;
      if (depth >= inside && !(inside === 0 && depth === 0)) return from;
      keep(chunk.subarray(from, inside === 0 ? at + 1 : at));
      flush();
      return at + 1;
    }
    if (byte === COMMA && depth === inside) {
      keep(chunk.subarray(from, at));
      flush();
      return at + 1;
    }
    return from;
  };
  const feed = (chunk: Buffer): void => {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte > 32 && begun === 0 && depth >= inside) begun = line;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === LF) line += 1;
      else from = structural(byte, chunk, at, from);
    }
    if (depth >= inside) keep(chunk.subarray(from));
  };
  return {
    feed,
    end: () => {
      flush();
      return depth === 0 && !inString;
    },
  };
}

/** Deepest nesting of one JSON text. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1;
  }
  return deepest;
}

export function tooDeep(line: number, limits: TableLimits): TableFailure {
  return new TableFailure(
    'JSON_TOO_DEEP',
    `Line ${line} nests JSON more than ${limits.jsonDepth} levels deep.`,
    'No table needs that: flatten the records before profiling them.',
  );
}

function tooLong(line: number, limits: TableLimits): TableFailure {
  return new TableFailure(
    'RECORD_TOO_LONG',
    `The record that begins on line ${line} is longer than ${Math.round(limits.recordBytes / MEBIBYTE)} MiB.`,
    'Profiling reads an array of records, or one record a line.',
  );
}
