/** Delimited text that DuckDB would misread (ragged, odd quotes, mixed line ends) record by record into a clean one. */
import { createReadStream } from 'node:fs';
import type { Dialect } from './dialect.ts';
import { TableFailure } from './failure.ts';
import { MEBIBYTE } from './job.ts';
import type { RejectedRow } from './profile-shape.ts';
import type { RecordWriter } from './records.ts';

export interface Rewritten {
  readonly rejected: RejectedRow[];
  readonly padded: RejectedRow[];
  readonly nRejected: number;
  readonly nPadded: number;
}

const MOST_LISTED = 100;
const SAMPLE_CHARACTERS = 200;

/** Reads records with the line on which each begins; blank lines are passed over. `closed` is false for a last record whose quote never ended. */
export async function readRecords(
  path: string,
  dialect: Dialect,
  recordBytes: number,
  onRecord: (fields: string[], line: number, closed: boolean) => void,
  onBytes: (done: number) => void,
): Promise<void> {
  const parser = createParser(dialect, recordBytes, onRecord);
  const decoder = new TextDecoder('utf-8');
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: MEBIBYTE })) {
    parser.feed(decoder.decode(chunk as Buffer, { stream: true }));
    done += (chunk as Buffer).length;
    onBytes(done);
  }
  parser.feed(decoder.decode());
  parser.end();
}

function createParser(
  { delimiter, quote }: Dialect,
  recordBytes: number,
  onRecord: (fields: string[], line: number, closed: boolean) => void,
): { feed: (text: string) => void; end: () => void } {
  const stop = new RegExp(`[${escaped(delimiter)}${escaped(quote)}\\n\\r]`, 'g');
  let fields: string[] = [];
  let field = '';
  let size = 0;
  let state: 'fresh' | 'bare' | 'quoted' | 'closed' = 'fresh';
  let line = 1;
  let begun = 1;
  let afterCr = false;
  const add = (piece: string): void => {
    field += piece;
    size += piece.length;
    if (size > recordBytes) throw tooLong(begun, recordBytes);
  };
  const endField = (): void => {
    fields.push(field);
    field = '';
    state = 'fresh';
  };
  const endRecord = (closed: boolean): void => {
    endField();
    if (fields.length > 1 || (fields[0] as string).trim() !== '') onRecord(fields, begun, closed);
    fields = [];
    size = 0;
    begun = line;
  };
  const special = (character: string): void => {
    if (character === delimiter) endField();
    else if (character === quote) {
      if (state === 'fresh') state = 'quoted';
      else if (state === 'closed') {
        add(quote);
        state = 'quoted';
      } else add(quote);
    } else if (character === '\n' && afterCr) begun = line;
    else {
      line += 1;
      endRecord(true);
    }
    afterCr = character === '\r';
  };
  const feed = (text: string): void => {
    let at = 0;
    while (at < text.length) {
      if (state === 'quoted') {
        const close = text.indexOf(quote, at);
        const piece = text.slice(at, close < 0 ? undefined : close);
        line += linesIn(piece);
        add(piece);
        at += piece.length + 1;
        if (close >= 0) state = 'closed';
        continue;
      }
      stop.lastIndex = at;
      const next = stop.exec(text)?.index ?? text.length;
      if (next > at) {
        add(text.slice(at, next));
        state = 'bare';
        afterCr = false;
      }
      if (next < text.length) special(text[next] as string);
      at = next + 1;
    }
  };
  return {
    feed,
    end: () => {
      if (field !== '' || fields.length > 0 || state === 'closed') endRecord(state !== 'quoted');
    },
  };
}

/** Pads short records, rejects long ones (unless what is too much is empty) and lists both. */
export function fitRecords(
  writer: RecordWriter,
  width: number,
): Rewritten & { take: (fields: string[], line: number, closed: boolean) => void } {
  const rejected: RejectedRow[] = [];
  const padded: RejectedRow[] = [];
  const counts = { nRejected: 0, nPadded: 0 };
  const note = (list: RejectedRow[], line: number, reason: string, fields: string[]): void => {
    if (list.length < MOST_LISTED)
      list.push({ line, reason, sample: fields.join(',').slice(0, SAMPLE_CHARACTERS) });
  };
  const take = (fields: string[], line: number, closed: boolean): void => {
    const extra = fields.slice(width).some((field) => field !== '');
    if (extra || !closed) {
      counts.nRejected += 1;
      const why = closed
        ? `${fields.length} fields instead of ${width}`
        : 'a quote is opened and never closed';
      note(rejected, line, why, fields);
      return;
    }
    if (fields.length < width) {
      counts.nPadded += 1;
      note(padded, line, `${fields.length} fields instead of ${width}`, fields);
    }
    writer.write(
      fields.map((field) => (field === '' ? null : field)),
      width,
    );
  };
  return {
    rejected,
    padded,
    take,
    get nRejected() {
      return counts.nRejected;
    },
    get nPadded() {
      return counts.nPadded;
    },
  };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function escaped(character: string): string {
  return /[\\\]^-]/.test(character) ? `\\${character}` : character;
}

function tooLong(line: number, most: number): TableFailure {
  return new TableFailure(
    'RECORD_TOO_LONG',
    `The record that begins on line ${line} is longer than ${Math.round(most / MEBIBYTE)} MiB.`,
    'A quote may never be closed there: look at that line.',
  );
}
