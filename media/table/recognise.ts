/** What a file is, by its bytes: container and compression, then encoding. The name decides nothing. */
import { bytesAt, sizeOf } from '../program/file-bytes.ts';
import { beginsZstd } from '../program/zstd.ts';
import { TableFailure } from './failure.ts';

export type Wrapping = 'gzip' | 'zstd' | 'none';
export type Content = 'parquet' | 'zip' | 'text';

export const HEAD_BYTES = 4096;

/** First bytes of things that are certainly no table. */
const OTHERS: readonly (readonly [string, string])[] = [
  ['89504e47', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['47494638', 'a GIF image'],
  ['25504446', 'a PDF document'],
  ['7f454c46', 'a program'],
  ['1a45dfa3', 'a Matroska or WebM film'],
  ['4f676753', 'an Ogg recording'],
  ['494433', 'an MP3 recording'],
  ['664c6143', 'a FLAC recording'],
  ['52494646', 'a RIFF file (WAV, AVI or WebP)'],
  ['377abcaf271c', 'a 7z archive'],
  ['425a68', 'a bzip2 archive'],
  ['fd377a585a00', 'an xz archive'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
];

export function wrappingOf(head: Buffer): Wrapping {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return beginsZstd(head) ? 'zstd' : 'none';
}

/** Throws EMPTY_FILE, NOT_A_TABLE, XLSX_ENCRYPTED, PARQUET_CORRUPT. */
export function contentOf(path: string): Content {
  const size = sizeOf(path);
  if (size === 0) throw emptyFile();
  const head = bytesAt(path, 0, HEAD_BYTES);
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') {
    requireParquetTail(path, size);
    return 'parquet';
  }
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]))) return 'zip';
  const hex = head.toString('hex', 0, 32);
  if (hex.startsWith('d0cf11e0')) {
    throw new TableFailure(
      'XLSX_ENCRYPTED',
      'This is an Office file in the old binary form, or an encrypted workbook.',
      'Save it as XLSX without a password, or as CSV.',
    );
  }
  const other = OTHERS.find(([magic]) => hex.startsWith(magic));
  if (other) throw notATable(other[1]);
  if (head.toString('latin1', 4, 8) === 'ftyp') throw notATable('an MP4 film or a HEIC image');
  return 'text';
}

function requireParquetTail(path: string, size: number): void {
  const tail = bytesAt(path, Math.max(0, size - 8), 8);
  const footer = tail.length === 8 ? tail.readUInt32LE(0) : 0;
  if (tail.toString('latin1', 4, 8) === 'PAR1' && footer > 0 && footer + 12 <= size) return;
  throw new TableFailure(
    'PARQUET_CORRUPT',
    'The file begins as Parquet but its footer is missing or damaged.',
    'It is probably truncated: copy or write it again.',
  );
}

export function emptyFile(): TableFailure {
  return new TableFailure('EMPTY_FILE', 'The file holds no bytes.', 'Check how it was written or copied.');
}

export function allSkipped(rows: number): TableFailure {
  return new TableFailure(
    'EMPTY_TABLE',
    `The table has ${rows} rows, and skip_rows leaves out all of them.`,
    'Give a smaller skip_rows, or none.',
  );
}

export function notATable(what: string): TableFailure {
  return new TableFailure(
    'NOT_A_TABLE',
    `This is ${what}, not a table.`,
    'Profiling reads CSV, TSV, JSON, NDJSON, Parquet and XLSX, plain or compressed with gzip or zstd.',
  );
}
