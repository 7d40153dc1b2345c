/** Tables with something wrong in them. */
import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

/** `rows` of `id,name,amount`, as text. */
export function plainRows(rows: number, delimiter = ','): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    [row + 1, `name ${row % 7}`, row * 1.5].join(delimiter),
  );
  return `${['id', 'name', 'amount'].join(delimiter)}\n${lines.join('\n')}\n`;
}

/** As UTF-16; the mark is part of it where asked for. */
export function utf16(text: string, order: 'le' | 'be', mark: 'marked' | 'unmarked'): Buffer {
  const bytes = Buffer.from(`${mark === 'marked' ? '\ufeff' : ''}${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

export function deepJson(path: string, open: string, close: string, levels = 100_000): string {
  writeFileSync(path, `${open.repeat(levels)}1${close.repeat(levels)}`);
  return path;
}

/** A sound Parquet file of 5,000 rows. */
export async function parquet(path: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT i AS id, 'name ' || (i % 7) AS name, i * 1.5 AS amount FROM range(5000) r(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  return path;
}
