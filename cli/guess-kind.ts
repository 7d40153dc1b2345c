/**
 * Which kind of analysis a file asks for, by its first bytes and, where these say nothing, by its name. Pure.
 * The content wins: a film named .csv is a film. `null`: no kind here analyses such a file.
 */
const byExtension: Readonly<Record<string, string>> = {
  mp4: 'video',
  m4v: 'video',
  mov: 'video',
  mkv: 'video',
  webm: 'video',
  avi: 'video',
  ts: 'video',
  m2ts: 'video',
  mpg: 'video',
  mpeg: 'video',
  flv: 'video',
  wmv: 'video',
  csv: 'profiling',
  tsv: 'profiling',
  json: 'profiling',
  ndjson: 'profiling',
  jsonl: 'profiling',
  parquet: 'profiling',
  xlsx: 'profiling',
  txt: 'text',
  text: 'text',
  md: 'text',
  markdown: 'text',
  rst: 'text',
  adoc: 'text',
  tex: 'text',
  log: 'text',
  srt: 'text',
  vtt: 'text',
  html: 'text',
  htm: 'text',
  xml: 'text',
  eml: 'text',
};

function startsWith(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

function byContent(head: Uint8Array): string | null {
  if (startsWith(head, ascii('ftyp'), 4) || startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])) return 'video';
  if (startsWith(head, ascii('RIFF')) && startsWith(head, ascii('AVI '), 8)) return 'video';
  if (startsWith(head, ascii('FLV')) || startsWith(head, [0x00, 0x00, 0x01, 0xba])) return 'video';
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return 'video';
  if (startsWith(head, ascii('PAR1'))) return 'profiling';
  return null;
}

/** `head`: at least the first 512 bytes of the file, if it has as many. */
export function guessKind(name: string, head: Uint8Array): string | null {
  const dot = name.replace(/\.(gz|zst)$/i, '');
  const extension = dot.slice(dot.lastIndexOf('.') + 1).toLowerCase();
  const kind = byContent(head) ?? byExtension[extension] ?? null;
  // Only tables are read inside a compression.
  return kind === 'text' && dot !== name ? null : kind;
}
