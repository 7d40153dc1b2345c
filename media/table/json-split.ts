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

interface Position {
  readonly pieces: Buffer[];
  kept: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
  line: number;
  /** Line on which the element begins; 0 before its first character. */
  begun: number;
}

type Structural = (byte: number, chunk: Buffer, at: number, from: number) => number;

function createSplitter(
  inside: 0 | 1,
  limits: TableLimits,
  onElement: OnElement,
): { feed: (chunk: Buffer) => void; end: () => boolean } {
  const here: Position = {
    pieces: [],
    kept: 0,
    depth: 0,
    inString: false,
    escaped: false,
    line: 1,
    begun: 0,
  };
  const structural = structuralOf(here, inside, limits, onElement);
  const feed = (chunk: Buffer): void => {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte > 32 && here.begun === 0 && here.depth >= inside) here.begun = here.line;
      if (here.inString) passInString(here, byte);
      else if (byte === QUOTE) here.inString = true;
      else if (byte === LF) here.line += 1;
      else from = structural(byte, chunk, at, from);
    }
    if (here.depth >= inside) keep(here, chunk.subarray(from), limits);
  };
  const end = (): boolean => {
    flush(here, onElement);
    return here.depth === 0 && !here.inString;
  };
  return { feed, end };
}

function passInString(here: Position, byte: number): void {
  if (here.escaped) here.escaped = false;
  else if (byte === BACKSLASH) here.escaped = true;
  else if (byte === QUOTE) here.inString = false;
}

/** Brackets, braces and commas; returns where the kept part of the chunk begins after this byte. */
function structuralOf(here: Position, inside: 0 | 1, limits: TableLimits, onElement: OnElement): Structural {
  const finish = (chunk: Buffer, from: number, to: number, next: number): number => {
    keep(here, chunk.subarray(from, to), limits);
    flush(here, onElement);
    return next;
  };
  return (byte, chunk, at, from) => {
    if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      here.depth += 1;
      if (here.depth > limits.jsonDepth) throw tooDeep(here.line, limits);
      return inside === 1 && here.depth === 1 ? at + 1 : from;
    }
    if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      here.depth -= 1;
      if (inside === 0) return here.depth === 0 ? finish(chunk, from, at + 1, at + 1) : from;
      return here.depth === 0 ? finish(chunk, from, at, at + 1) : from;
    }
    return byte === COMMA && here.depth === inside ? finish(chunk, from, at, at + 1) : from;
  };
}

function keep(here: Position, piece: Buffer, limits: TableLimits): void {
  if (piece.length === 0) return;
  here.kept += piece.length;
  if (here.kept > limits.recordBytes) throw tooLong(here.begun, limits);
  here.pieces.push(Buffer.from(piece));
}

function flush(here: Position, onElement: OnElement): void {
  const text = Buffer.concat(here.pieces).toString('utf8').trim();
  here.pieces.length = 0;
  here.kept = 0;
  if (text !== '') onElement(text, here.begun || here.line);
  here.begun = 0;
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
