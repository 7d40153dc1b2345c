/** Delimited text that DuckDB would misread (ragged, odd quotes, mixed line ends) record by record into a clean one. */
import { createReadStream } from 'node:fs';
import { createParser, type OnRecord } from './csv-parser.ts';
import type { Dialect } from './dialect.ts';
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
  onRecord: OnRecord,
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

/** Pads short records, rejects long ones (unless what is too much is empty) and lists both. */
export function fitRecords(writer: RecordWriter, width: number): Rewritten & { take: OnRecord } {
  const done = { rejected: [] as RejectedRow[], padded: [] as RejectedRow[], nRejected: 0, nPadded: 0 };
  const take: OnRecord = (fields, line, closed) => {
    const extra = fields.slice(width).some((field) => field !== '');
    const counted = `${fields.length} fields instead of ${width}`;
    if (extra || !closed) {
      done.nRejected += 1;
      list(done.rejected, line, closed ? counted : 'a quote is opened and never closed', fields);
      return;
    }
    if (fields.length < width) {
      done.nPadded += 1;
      list(done.padded, line, counted, fields);
    }
    writer.write(
      fields.map((field) => (field === '' ? null : field)),
      width,
    );
  };
  return Object.assign(done, { take });
}

function list(rows: RejectedRow[], line: number, reason: string, fields: readonly string[]): void {
  if (rows.length >= MOST_LISTED) return;
  rows.push({ line, reason, sample: fields.join(',').slice(0, SAMPLE_CHARACTERS) });
}
