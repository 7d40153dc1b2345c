/** Cuts delimited text, given in pieces, into records with the line on which each begins. */
import { BACKSLASH, type Dialect, isEscape } from './dialect.ts';
import { TableFailure } from './failure.ts';
import { MEBIBYTE } from './job.ts';

/** `closed` is false for a last record whose quote never ended. */
export type OnRecord = (fields: string[], line: number, closed: boolean) => void;

interface Position {
  fields: string[];
  field: string;
  /** Characters of this record. */
  size: number;
  state: 'fresh' | 'bare' | 'quoted' | 'closed';
  line: number;
  /** Line on which this record begins. */
  begun: number;
  afterCr: boolean;
}

function atStart(): Position {
  return { fields: [], field: '', size: 0, state: 'fresh', line: 1, begun: 1, afterCr: false };
}

export interface CsvParser {
  feed(text: string): void;
  end(): void;
}

export function createParser(dialect: Dialect, recordBytes: number, onRecord: OnRecord): CsvParser {
  const { delimiter, quote, escape } = dialect;
  const stop = new RegExp(`[${escaped(delimiter)}${escaped(quote)}\\n\\r]`, 'g');
  const here = atStart();
  const add = (piece: string): void => {
    here.field += piece;
    here.size += piece.length;
    if (here.size > recordBytes) throw tooLong(here.begun, recordBytes);
  };
  /** Returns where to go on after the closing quote, or the end of the text. */
  const passQuoted = (text: string, at: number): number => {
    const close = text.indexOf(quote, at);
    const piece = text.slice(at, close < 0 ? undefined : close);
    here.line += linesIn(piece);
    add(piece);
    if (close >= 0) here.state = 'closed';
    return at + piece.length + 1;
  };
  const passBare = (text: string, at: number): number => {
    stop.lastIndex = at;
    const next = stop.exec(text)?.index ?? text.length;
    if (next > at) {
      add(text.slice(at, next));
      here.state = 'bare';
      here.afterCr = false;
    }
    if (next < text.length) takeSpecial(here, text[next] as string, dialect, add, onRecord);
    return next + 1;
  };
  const passInside = escape === BACKSLASH ? passEscaped(here, dialect, add) : passQuoted;
  const feed = (text: string): void => {
    let at = 0;
    while (at < text.length) at = here.state === 'quoted' ? passInside(text, at) : passBare(text, at);
  };
  const whole = escape === BACKSLASH ? withWholeEscapes(feed) : { feed, end: () => {} };
  const end = (): void => {
    whole.end();
    endText(here, onRecord);
  };
  return { feed: whole.feed, end };
}

/** `passQuoted` where quotes have a backslash before them: character by character, which few files need. */
function passEscaped(
  here: Position,
  dialect: Dialect,
  add: (piece: string) => void,
): (text: string, at: number) => number {
  return (text, at) => {
    const character = text[at] as string;
    if (isEscape(character, text[at + 1], dialect)) {
      add(text[at + 1] as string);
      return at + 2;
    }
    if (character === dialect.quote) here.state = 'closed';
    else {
      here.line += linesIn(character);
      add(character);
    }
    return at + 1;
  };
}

/** What a backslash at the end of a piece stands before is in the next one. */
function withWholeEscapes(feed: (text: string) => void): CsvParser {
  let held = '';
  return {
    feed: (piece) => {
      const all = held + piece;
      held = /(?:^|[^\\])(?:\\\\)*\\$/.test(all) ? BACKSLASH : '';
      feed(all.slice(0, all.length - held.length));
    },
    end: () => feed(held),
  };
}

/** A last line needs no line end. */
function endText(here: Position, onRecord: OnRecord): void {
  if (here.field === '' && here.fields.length === 0 && here.state === 'fresh') return;
  endRecord(here, onRecord, here.state !== 'quoted');
}

function takeSpecial(
  here: Position,
  character: string,
  { delimiter, quote }: Dialect,
  add: (piece: string) => void,
  onRecord: OnRecord,
): void {
  if (character === delimiter) endField(here);
  else if (character === quote) {
    // A second quote right after the closing one stands for itself; so does one inside a bare field.
    if (here.state !== 'fresh') add(quote);
    if (here.state !== 'bare') here.state = 'quoted';
  } else if (character === '\n' && here.afterCr) here.begun = here.line;
  else {
    here.line += 1;
    endRecord(here, onRecord, true);
  }
  here.afterCr = character === '\r';
}

function endField(here: Position): void {
  here.fields.push(here.field);
  here.field = '';
  here.state = 'fresh';
}

function endRecord(here: Position, onRecord: OnRecord, closed: boolean): void {
  endField(here);
  const { fields, begun } = here;
  if (fields.length > 1 || (fields[0] as string).trim() !== '') onRecord(fields, begun, closed);
  here.fields = [];
  here.size = 0;
  here.begun = here.line;
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
