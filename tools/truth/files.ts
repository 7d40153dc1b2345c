/** How results of `upload` and `large-file` are compared with what other programs say of a file. */
import type { LargeFileResult, UploadResult } from '../../client/index.ts';
import { exactly, type Mapping } from './compare.ts';

export const leftOut: Readonly<Record<string, string>> = {};

/** Checksums, size and type by their plain names. */
export const fileMapping: Mapping = ({ item, metric, value }, result) => {
  const document = result as UploadResult | LargeFileResult;
  const checksums = 'upload' in document ? document.upload.checksums : null;
  const section = 'upload' in document ? document.upload : document['large-file'];
  const text = 'large-file' in document ? document['large-file'].text : null;
  const known: Readonly<Record<string, unknown>> = {
    sha256: document.resource.sha256,
    bytes: document.resource.bytes,
    size: document.resource.bytes,
    mime: document.resource.detectedType.mime,
    ...(checksums && { md5: checksums.md5, crc32c: checksums.crc32c, blake3: checksums.blake3 }),
    ...(text && { lines: text.lines, wc_l: (text.lf ?? 0) + (text.crlf ?? 0), encoding: text.encoding }),
    ...(section.archive && {
      n_entries: section.archive.n_entries,
      unfolded_bytes: section.archive.unfolded_bytes,
    }),
  };
  if (!(metric in known)) return undefined;
  return [exactly({ metric, key: item, expected: value, actual: known[metric] })];
};
