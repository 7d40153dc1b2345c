/**
 * One pass over the bytes of a delimited UTF-8 text: is it clean enough for DuckDB to read as it is?
 *
 * Invariants: every byte is looked at; the count of rows is ours, and the loaded table must have the same; nothing is
 * decoded or copied, so that two gigabytes take seconds.
 */
import { createReadStream } from 'node:fs';
import type { Dialect } from './dialect.ts';

export interface Scan {
  /** Non-blank records, the header's included. */
  readonly records: number;
  readonly widths: ReadonlyMap<number, number>;
  readonly blankLines: number;
  readonly newline: 'lf' | 'crlf' | 'cr' | 'mixed';
  /** A quote inside a bare field, or text after a closing quote: read differently by every parser. */
  readonly oddQuotes: number;
  readonly unterminatedQuote: boolean;
  readonly longestLineBytes: number;
  readonly zeros: boolean;
  /** Physical line (1-based) on which a record (0-based) begins. */
  readonly lineOf: (record: number) => number | null;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
/** More records that span lines than this, and line numbers are given up. */
const MOST_DRIFTS = 200_000;

const FRESH = 0;
const BARE = 1;
const QUOTED = 2;
const CLOSED = 3;

export async function scanDelimited(
  path: string,
  dialect: Dialect,
  onBytes: (done: number) => void,
): Promise<Scan> {
  const scanner = createScanner(dialect);
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    scanner.feed(chunk as Buffer);
    done += (chunk as Buffer).length;
    onBytes(done);
  }
  return scanner.end();
}

interface Position {
  state: number;
  fields: number;
  records: number;
  blankLines: number;
  /** Line ends inside the quotes of this record. */
  linesInside: number;
  /** Something other than blanks was seen in this record. */
  inked: boolean;
  afterCr: boolean;
  crs: number;
  crlfs: number;
  lfs: number;
  oddQuotes: number;
  zeros: boolean;
  /** Bytes before this chunk, and where the line began. */
  before: number;
  lineStart: number;
  longest: number;
  begun: boolean;
  readonly drifts: { record: number; lines: number }[];
  readonly widths: Map<number, number>;
}

function atStart(): Position {
  return {
    ...{ state: FRESH, fields: 1, records: 0, blankLines: 0, linesInside: 0, inked: false, afterCr: false },
    ...{
      crs: 0,
      crlfs: 0,
      lfs: 0,
      oddQuotes: 0,
      zeros: false,
      before: 0,
      lineStart: 0,
      longest: 0,
      begun: false,
    },
    drifts: [],
    widths: new Map(),
  };
}

function createScanner({ delimiter, quote }: Dialect): { feed: (chunk: Buffer) => void; end: () => Scan } {
  const delimiterByte = delimiter.charCodeAt(0);
  const quoteByte = quote.charCodeAt(0);
  const special = new Uint8Array(256);
  for (const byte of [delimiterByte, quoteByte, LF, CR]) special[byte] = 1;
  const here = atStart();
  const feed = (chunk: Buffer): void => {
    here.zeros ||= chunk.includes(0);
    let at = 0;
    while (at < chunk.length) {
      if (here.state === QUOTED) {
        at = passQuoted(here, chunk, at, quoteByte);
        continue;
      }
      const byte = chunk[at] as number;
      if (special[byte] === 0) {
        at = passBare(here, chunk, at, special);
        continue;
      }
      if (byte === delimiterByte) {
        here.fields += 1;
        here.state = FRESH;
        here.afterCr = false;
      } else if (byte === quoteByte) openQuote(here);
      else endLine(here, byte, at);
      at += 1;
    }
    here.before += chunk.length;
  };
  return { feed, end: () => scanOf(here) };
}

/** To after the closing quote, or to the end of the chunk. */
function passQuoted(here: Position, chunk: Buffer, at: number, quoteByte: number): number {
  const close = chunk.indexOf(quoteByte, at);
  const until = close < 0 ? chunk.length : close;
  let newline = chunk.indexOf(LF, at);
  while (newline >= 0 && newline < until) {
    here.linesInside += 1;
    newline = chunk.indexOf(LF, newline + 1);
  }
  if (close >= 0) here.state = CLOSED;
  return until + 1;
}

/** Over bytes that mean nothing but themselves: nearly all of the file, so the loop is as small as can be. */
function passBare(here: Position, chunk: Buffer, from: number, special: Uint8Array): number {
  const first = chunk[from] as number;
  here.afterCr = false;
  if (here.state === CLOSED) here.oddQuotes += 1;
  here.state = BARE;
  here.begun = true;
  here.inked ||= first !== SPACE && first !== TAB;
  let at = from + 1;
  if (!here.inked) return at;
  while (at < chunk.length && special[chunk[at] as number] === 0) at += 1;
  return at;
}

function openQuote(here: Position): void {
  here.afterCr = false;
  here.inked = true;
  if (here.state === BARE) here.oddQuotes += 1;
  else here.state = QUOTED;
}

function endLine(here: Position, byte: number, at: number): void {
  if (byte === CR) {
    here.crs += 1;
    endRecord(here, at);
    here.afterCr = true;
    return;
  }
  if (here.afterCr) {
    here.crlfs += 1;
    here.crs -= 1;
    here.lineStart = here.before + at + 1;
  } else {
    here.lfs += 1;
    endRecord(here, at);
  }
  here.afterCr = false;
}

function endRecord(here: Position, at: number): void {
  here.longest = Math.max(here.longest, here.before + at - here.lineStart);
  here.lineStart = here.before + at + 1;
  if (here.fields === 1 && !here.inked) {
    here.blankLines += 1;
    drift(here, 1);
  } else {
    here.records += 1;
    here.widths.set(here.fields, (here.widths.get(here.fields) ?? 0) + 1);
    drift(here, here.linesInside);
  }
  here.fields = 1;
  here.linesInside = 0;
  here.inked = false;
  here.begun = false;
  here.state = FRESH;
}

function drift(here: Position, lines: number): void {
  if (lines > 0 && here.drifts.length < MOST_DRIFTS) here.drifts.push({ record: here.records, lines });
}

function scanOf(here: Position): Scan {
  const unterminatedQuote = here.state === QUOTED;
  if (here.begun || here.inked || here.fields > 1) endRecord(here, 0);
  const { records, widths, blankLines, oddQuotes, zeros, longest, drifts, crs, crlfs, lfs } = here;
  const kinds = [lfs, crlfs, crs].filter((count) => count > 0).length;
  const newline = kinds > 1 ? 'mixed' : crlfs > 0 ? 'crlf' : crs > 0 ? 'cr' : 'lf';
  return {
    ...{ records, widths, blankLines, newline, oddQuotes, unterminatedQuote, zeros },
    longestLineBytes: longest,
    lineOf: (record) => lineOf(drifts, record),
  };
}

function lineOf(drifts: readonly { record: number; lines: number }[], record: number): number | null {
  if (drifts.length >= MOST_DRIFTS) return null;
  let line = record + 1;
  for (const drift of drifts) {
    if (drift.record > record) break;
    // A blank line at `record` stands before it; lines inside a record stand after it.
    line += drift.lines;
  }
  return line;
}
