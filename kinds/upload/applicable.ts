/**
 * Which kinds of analysis can read a file, by what its bytes are. Pure, and data: a kind is added by a line. What is
 * listed here and not served by any worker is named in results, and not started.
 */
import type { FileType } from '../content/found.ts';

export interface FileFacts {
  readonly type: FileType;
  readonly bytes: number;
  /** Extension of the name: text says little about itself. */
  readonly declared: string | null;
}

export interface Applicable {
  readonly kind: string;
  readonly why: string;
}

interface Rule {
  readonly kind: string;
  readonly why: string;
  readonly applies: (file: FileFacts) => boolean;
}

/** From here on reading a file takes so long that it should not be repeated from its first byte. */
const LARGE_BYTES = 1024 ** 3;
const TABLES = new Set(['parquet', 'csv', 'tsv', 'json', 'ndjson', 'xlsx', 'xlsx with macros']);
const TEXTS = new Set(['text', 'html', 'xml', 'email', 'srt', 'vtt', 'script']);

const applicableRules: readonly Rule[] = [
  { kind: 'video', why: 'it is a film', applies: ({ type }) => type.family === 'video' },
  {
    kind: 'audio',
    why: 'it is a recording',
    applies: ({ type }) => type.family === 'audio' && type.container !== 'midi',
  },
  {
    kind: 'image',
    why: 'it is an image',
    applies: ({ type }) => type.family === 'image' && type.container !== 'ani',
  },
  {
    kind: 'profiling',
    why: 'it is a table',
    applies: ({ type, declared }) =>
      TABLES.has(type.container) || (type.container === 'text' && (declared === 'csv' || declared === 'tsv')),
  },
  { kind: 'text', why: 'it is text', applies: ({ type }) => TEXTS.has(type.container) },
  {
    kind: 'large-file',
    why: `it is larger than ${LARGE_BYTES / 1024 ** 3} GiB`,
    applies: ({ bytes }) => bytes > LARGE_BYTES,
  },
];

export function applicableKinds(
  file: FileFacts,
  rules: readonly Rule[] = applicableRules,
): readonly Applicable[] {
  return rules.filter(({ applies }) => applies(file)).map(({ kind, why }) => ({ kind, why }));
}
