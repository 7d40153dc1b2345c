/** JSON and NDJSON as tables: an array of records, one record a line, or values that follow each other. */
import { join } from 'node:path';
import { recordsRelation } from './delimited.ts';
import { TableFailure } from './failure.ts';
import type { TableJob } from './job.ts';
import { type JsonColumn, type JsonLayout, rewriteJson } from './json-rewrite.ts';
import { parseJson } from './json-value.ts';
import type { PlainText } from './plain-text.ts';
import { openRecords } from './records.ts';
import { PLAIN_FORMAT, type TableSource, type TypeHint } from './source.ts';

/** Null where the text does not begin as JSON. */
export function jsonLayoutOf(beginning: string): JsonLayout | null {
  const start = beginning.replace(/^\ufeff/, '').trimStart();
  if (/^\[\s*(?:[[{"\d\]-]|true|false|null|$)/.test(start)) {
    return isLines(start) ? 'lines' : 'array';
  }
  if (!/^\{\s*(?:["}]|$)/.test(start)) return null;
  return isLines(start) ? 'lines' : 'values';
}

/** Of the first lines at least half are JSON by themselves, and there is more than one, or the only one is an object. */
function isLines(text: string): boolean {
  const lines = text
    .split('\n', 40)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const good = lines.filter((line) => /^[[{]/.test(line) && /[\]}]$/.test(line) && isJson(line)).length;
  return good * 2 >= lines.length && (lines.length > 1 || text.startsWith('{'));
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

/** Throws JSON_TOO_DEEP, JSON_CORRUPT, RECORD_TOO_LONG, TOO_MANY_COLUMNS. */
export async function readJsonTable(
  job: TableJob,
  text: PlainText,
  layout: JsonLayout,
  onBytes: (done: number) => void,
): Promise<TableSource> {
  const path = join(job.directory, 'records.csv');
  const writer = openRecords(path);
  const found = await rewriteJson(text.path, layout, job.limits, writer, onBytes);
  writer.close();
  const rejected = found.complete
    ? found.rejected
    : [...found.rejected, { line: null, reason: 'the text ends inside a record', sample: '' }];
  const nRejected = found.nRejected + (found.complete ? 0 : 1);
  if (writer.count() === 0 && nRejected > 0) throw corrupt();
  const columns = found.columns.length > 0 ? found.columns : [NO_COLUMN];
  return {
    values: 'texts',
    relation: recordsRelation(path, columns.length, writer.longest(), found.grew),
    names: columns.map((column) => column.name),
    hints: columns.map(hintOf),
    nullSpellings: [],
    missingRule: 'JSON null, NaN and absent keys; texts such as NA are values',
    format: {
      ...PLAIN_FORMAT,
      container: layout === 'lines' ? 'ndjson' : 'json',
      mime: layout === 'lines' ? 'application/x-ndjson' : 'application/json',
      compression: text.compression,
      encoding: text.encoding,
      bom: text.bom,
      invalid_sequences: text.invalidSequences,
      header_reason: 'keys are names',
      normalised: true,
    },
    rows: { n_rejected: nRejected, n_padded: 0, rejected, padded: [] },
    expectedRows: writer.count(),
    lineOf: () => null,
  };
}

const NO_COLUMN: JsonColumn = { name: 'value', numbers: 0, strings: 0, booleans: 0, nested: 0 };

function hintOf(column: JsonColumn): TypeHint {
  const { numbers, strings, booleans, nested } = column;
  if (nested > 0 && strings + numbers + booleans === 0) return 'nested';
  if (strings + nested > 0) return 'text';
  if (numbers > 0) return booleans > 0 ? 'text' : 'number';
  return booleans > 0 ? 'boolean' : 'any';
}

function corrupt(): TableFailure {
  return new TableFailure(
    'JSON_CORRUPT',
    'The file begins as JSON, but not one record of it can be read.',
    'Check that it is an array of objects, or one object a line.',
  );
}
