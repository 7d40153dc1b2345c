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

function createScanner({ delimiter, quote }: Dialect): { feed: (chunk: Buffer) => void; end: () => Scan } {
  const delimiterByte = delimiter.charCodeAt(0);
  const quoteByte = quote.charCodeAt(0);
  const special = new Uint8Array(256);
  for (const byte of [delimiterByte, quoteByte, LF, CR]) special[byte] = 1;
  const drifts: { record: number; lines: number }[] = [];
  const widths = new Map<number, number>();
  let state = FRESH;
  let fields = 1;
  let records = 0;
  let blankLines = 0;
  let lineInside = 0;
  let inked = false;
  let afterCr = false;
  let crs = 0;
  let crlfs = 0;
  let lfs = 0;
  let oddQuotes = 0;
  let zeros = false;
  let position = 0;
  let lineStart = 0;
  let longest = 0;
  let any = false;

  const drift = (lines: number): void => {
    if (lines > 0 && drifts.length < MOST_DRIFTS) drifts.push({ record: records, lines });
  };

  const endRecord = (at: number): void => {
    longest = Math.max(longest, position + at - lineStart);
    lineStart = position + at + 1;
    if (fields === 1 && !inked) {
      blankLines += 1;
      drift(1);
    } else {
      records += 1;
      widths.set(fields, (widths.get(fields) ?? 0) + 1);
      drift(lineInside);
    }
    fields = 1;
    lineInside = 0;
    inked = false;
    any = false;
    state = FRESH;
  };

  const feed = (chunk: Buffer): void => {
    zeros ||= chunk.includes(0);
    const length = chunk.length;
    let at = 0;
    while (at < length) {
      if (state === QUOTED) {
        const close = chunk.indexOf(quoteByte, at);
        const until = close < 0 ? length : close;
        for (let nl = chunk.indexOf(LF, at); nl >= 0 && nl < until; nl = chunk.indexOf(LF, nl + 1))
          lineInside += 1;
        at = until + 1;
        if (close >= 0) state = CLOSED;
        continue;
      }
      let byte = chunk[at] as number;
      if (special[byte] === 0) {
        afterCr = false;
        if (state === CLOSED) oddQuotes += 1;
        state = BARE;
        any = true;
        inked ||= byte !== SPACE && byte !== TAB;
        at += 1;
        if (inked) while (at < length && special[(byte = chunk[at] as number)] === 0) at += 1;
        continue;
      }
      if (byte === delimiterByte) {
        fields += 1;
        state = FRESH;
        afterCr = false;
      } else if (byte === LF) {
        if (afterCr) {
          crlfs += 1;
          crs -= 1;
          lineStart = position + at + 1;
        } else {
          lfs += 1;
          endRecord(at);
        }
        afterCr = false;
      } else if (byte === CR) {
        crs += 1;
        endRecord(at);
        afterCr = true;
      } else if (byte === quoteByte) {
        afterCr = false;
        inked = true;
        if (state === BARE) oddQuotes += 1;
        else state = QUOTED;
      }
      at += 1;
    }
    position += length;
  };

  return {
    feed,
    end: () => {
      const unterminatedQuote = state === QUOTED;
      if (any || inked || fields > 1) endRecord(0);
      const kinds = [lfs, crlfs, crs].filter((count) => count > 0).length;
      const newline = kinds > 1 ? 'mixed' : crlfs > 0 ? 'crlf' : crs > 0 ? 'cr' : 'lf';
      return {
        ...{ records, widths, blankLines, newline, oddQuotes, unterminatedQuote, zeros },
        longestLineBytes: longest,
        lineOf: (record) => lineOf(drifts, record),
      };
    },
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
