/** From bytes to a source: what the file is, by content, and the reader of that format. */
import { join } from 'node:path';
import { readDelimited } from './delimited.ts';
import type { TableJob } from './job.ts';
import { jsonLayoutOf, readJsonTable } from './json-table.ts';
import { plainText } from './plain-text.ts';
import { bytesAt, sizeOf } from '../program/file-bytes.ts';
import { contentOf, emptyFile, HEAD_BYTES, wrappingOf } from './recognise.ts';
import type { TableSource } from './source.ts';
import { unfold } from './unfold.ts';
import { readXlsxTable } from './xlsx-table.ts';

export type Opened =
  | { readonly kind: 'source'; readonly source: TableSource }
  | { readonly kind: 'parquet'; readonly path: string };

/** Throws TableFailure with the code of what is wrong. `onProgress` gets bytes or rows that were read. */
export async function openSource(
  job: TableJob,
  input: string,
  onProgress: (done: number) => void,
): Promise<Opened> {
  if (sizeOf(input) === 0) throw emptyFile();
  const wrapping = wrappingOf(bytesAt(input, 0, HEAD_BYTES));
  const path = wrapping === 'none' ? input : join(job.directory, 'unfolded');
  if (wrapping !== 'none') await unfold(input, path, wrapping, job.limits, onProgress);
  const content = contentOf(path);
  if (content === 'parquet') return { kind: 'parquet', path };
  if (content === 'zip') return { kind: 'source', source: await readXlsxTable(job, path, onProgress) };
  const text = await plainText(path, job.options.encoding, job.directory, wrapping, onProgress);
  const layout = jsonLayoutOf(text.beginning);
  const source = layout
    ? await readJsonTable(job, text, layout, onProgress)
    : await readDelimited(job, text, onProgress);
  return { kind: 'source', source };
}
