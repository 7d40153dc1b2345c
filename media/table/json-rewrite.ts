/** JSON and NDJSON into records: one column per key, in the order in which keys appear. */
import { createReadStream } from 'node:fs';
import { TableFailure } from './failure.ts';
import type { TableLimits } from './job.ts';
import { depthOf, splitJson, tooDeep } from './json-split.ts';
import { DIGITS, parseJson } from './json-value.ts';
import type { RejectedRow } from './profile-shape.ts';
import type { RecordWriter } from './records.ts';

/** What JSON itself says about a column's values. */
export interface JsonColumn {
  readonly name: string;
  numbers: number;
  strings: number;
  booleans: number;
  nested: number;
}

export interface JsonRecords {
  readonly columns: readonly JsonColumn[];
  readonly rejected: readonly RejectedRow[];
  readonly nRejected: number;
  /** Keys came up after the first record was written: earlier records are short. */
  readonly grew: boolean;
  readonly complete: boolean;
}

const MOST_LISTED = 100;
const MOST_COLUMNS = 20_000;

export type JsonLayout = 'array' | 'lines' | 'values';

export async function rewriteJson(
  path: string,
  layout: JsonLayout,
  limits: TableLimits,
  writer: RecordWriter,
  onBytes: (done: number) => void,
): Promise<JsonRecords> {
  const table = collect(writer);
  const element = (text: string, line: number): void => {
    try {
      table.add(parseJson(text), line, text);
    } catch (error) {
      if (error instanceof TableFailure) throw error;
      table.reject(line, 'not valid JSON', text);
    }
  };
  if (layout === 'lines') {
    await eachLine(path, limits, element, onBytes);
    return table.result(true);
  }
  const { complete } = await splitJson(path, layout === 'array' ? 1 : 0, limits, element, onBytes);
  return table.result(complete);
}

async function eachLine(
  path: string,
  limits: TableLimits,
  onLine: (text: string, line: number) => void,
  onBytes: (done: number) => void,
): Promise<void> {
  let line = 0;
  let done = 0;
  for await (const read of linesOf(path)) {
    line += 1;
    const text = line === 1 ? read.replace(/^\uFEFF/, '') : read;
    done += text.length + 1;
    if (text.trim() === '') continue;
    if (text.length > limits.recordBytes || depthOf(text) > limits.jsonDepth) throw tooDeep(line, limits);
    onLine(text, line);
    onBytes(done);
  }
}

/** Not by `readline`, which takes U+2028 within a text for the end of a line. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let open = '';
  let heldReturn = '';
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const text = heldReturn + (piece as string);
    // Whether a carriage return at the end belongs to a line feed is for the next piece to say.
    heldReturn = text.endsWith('\r') ? '\r' : '';
    // Only what is new: a line may be as long as the file.
    const [first = '', ...others] = text.slice(0, text.length - heldReturn.length).split(/\r\n|\n|\r/);
    open += first;
    for (const line of others) {
      yield open;
      open = line;
    }
  }
  if (open !== '') yield open;
}

interface Collector {
  add(value: unknown, line: number, text: string): void;
  reject(line: number, reason: string, text: string): void;
  result(complete: boolean): JsonRecords;
}

function collect(writer: RecordWriter): Collector {
  const { columns, place } = columnPlaces();
  const rejected: RejectedRow[] = [];
  let nRejected = 0;
  let shape: Shape | null = null;
  let grew = false;
  const reject = (line: number, reason: string, text: string): void => {
    nRejected += 1;
    if (rejected.length < MOST_LISTED) rejected.push({ line, reason, sample: text.slice(0, 200) });
  };
  const add = (value: unknown, line: number, text: string): void => {
    const found = shapeOf(value);
    shape ??= found;
    if (found !== shape) {
      reject(line, `a JSON ${found} among ${shape}s`, text);
      return;
    }
    const known = columns.length;
    const fields: (string | null)[] = Array.from({ length: known }, () => null);
    for (const [name, cell] of entriesOf(value, found)) {
      const index = place(name);
      fields[index] = cellText(cell, columns[index] as JsonColumn);
    }
    grew ||= writer.count() > 0 && columns.length > known;
    writer.write(fields, columns.length);
  };
  return { add, reject, result: (complete) => ({ columns, rejected, nRejected, grew, complete }) };
}

/** Keys are hostile names: they live in a Map. */
function columnPlaces(): { readonly columns: JsonColumn[]; readonly place: (name: string) => number } {
  const columns: JsonColumn[] = [];
  const places = new Map<string, number>();
  const place = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    if (columns.length >= MOST_COLUMNS) throw tooManyColumns();
    columns.push({ name, numbers: 0, strings: 0, booleans: 0, nested: 0 });
    places.set(name, columns.length - 1);
    return columns.length - 1;
  };
  return { columns, place };
}

type Shape = 'object' | 'array' | 'value';

function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' && value !== null && !(DIGITS in value) ? 'object' : 'value';
}

function entriesOf(value: unknown, shape: Shape): readonly (readonly [string, unknown])[] {
  if (shape === 'value') return [['value', value]];
  return Object.entries(value as object);
}

function cellText(cell: unknown, column: JsonColumn): string | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'number') {
    column.numbers += 1;
    return String(cell);
  }
  if (typeof cell === 'string') {
    column.strings += 1;
    return cell;
  }
  if (typeof cell === 'boolean') {
    column.booleans += 1;
    return cell ? 'true' : 'false';
  }
  if (typeof cell === 'object' && DIGITS in cell) {
    column.numbers += 1;
    return (cell as Record<string, string>)[DIGITS] as string;
  }
  column.nested += 1;
  return JSON.stringify(cell);
}

function tooManyColumns(): TableFailure {
  return new TableFailure(
    'TOO_MANY_COLUMNS',
    `The records have more than ${MOST_COLUMNS} different keys.`,
    'The keys are probably values: turn each record into rows of key and value.',
  );
}
