/**
 * Which kind of analysis a file asks for, by its first bytes and, where these say nothing, by its name. Pure.
 * The content wins: a film named .csv is a film. What no other kind analyses is looked at as an upload.
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
  jpg: 'image',
  jpeg: 'image',
  png: 'image',
  gif: 'image',
  webp: 'image',
  tif: 'image',
  tiff: 'image',
  bmp: 'image',
  heic: 'image',
  heif: 'image',
  avif: 'image',
  svg: 'image',
  mp3: 'audio',
  mp2: 'audio',
  wav: 'audio',
  flac: 'audio',
  ogg: 'audio',
  oga: 'audio',
  opus: 'audio',
  m4a: 'audio',
  m4b: 'audio',
  aac: 'audio',
  aiff: 'audio',
  aif: 'audio',
  wma: 'audio',
  amr: 'audio',
  ac3: 'audio',
  caf: 'audio',
  w64: 'audio',
  wv: 'audio',
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

const imageStarts: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, ...ascii('PNG\r\n')],
  ascii('GIF8'),
  [...ascii('II*'), 0],
  [...ascii('MM'), 0, ...ascii('*')],
];
const imageBrands = ['avif', 'avis', 'heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1'].map(ascii);

function isImage(head: Uint8Array): boolean {
  if (imageStarts.some((start) => startsWith(head, start))) return true;
  if (startsWith(head, ascii('RIFF')) && startsWith(head, ascii('WEBP'), 8)) return true;
  // A bitmap's four reserved bytes are zero: two letters alone would make images of texts.
  if (startsWith(head, ascii('BM')) && startsWith(head, [0, 0, 0, 0], 6)) return true;
  return startsWith(head, ascii('ftyp'), 4) && imageBrands.some((brand) => startsWith(head, brand, 8));
}

function isDrawing(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 512)).trimStart();
  return /^(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(text);
}

/** Beginnings of files that hold sound and nothing else. */
const soundStarts = ['fLaC', 'OggS', '#!AMR', '.snd', 'caff', 'wvpk', 'MAC ', 'TTA1', 'DSD '];
/** Brands of MP4 files that hold sound and nothing else. */
const soundBrands = ['M4A ', 'M4B ', 'M4P '];

function isSound(head: Uint8Array): boolean {
  if (soundStarts.some((start) => startsWith(head, ascii(start)))) return !isOggFilm(head);
  if (soundBrands.some((brand) => startsWith(head, ascii(`ftyp${brand}`), 4))) return true;
  if (startsWith(head, ascii('RIFF')) || startsWith(head, ascii('RF64'))) {
    return startsWith(head, ascii('WAVE'), 8);
  }
  if (startsWith(head, ascii('FORM'))) return startsWith(head, ascii('AIF'), 8);
  // A tag of MP3, or a frame of MPEG audio or ADTS; the byte order mark of UTF-16 looks alike.
  if (startsWith(head, ascii('ID3'))) return true;
  const [first = 0, second = 0] = head;
  return first === 0xff && second >= 0xe0 && second !== 0xfe && second !== 0xff;
}

/** The first page names the codec. */
function isOggFilm(head: Uint8Array): boolean {
  return startsWith(head, ascii('OggS')) && startsWith(head, ascii('theora'), 29);
}

function byContent(head: Uint8Array): string | null {
  if (isImage(head) || isDrawing(head)) return 'image';
  if (isSound(head)) return 'audio';
  if (startsWith(head, ascii('ftyp'), 4) || startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])) return 'video';
  if (startsWith(head, ascii('RIFF')) && startsWith(head, ascii('AVI '), 8)) return 'video';
  if (startsWith(head, ascii('FLV')) || startsWith(head, [0x00, 0x00, 0x01, 0xba])) return 'video';
  if (head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47) return 'video';
  if (startsWith(head, ascii('PAR1'))) return 'profiling';
  return null;
}

/** `head`: at least the first 512 bytes of the file, if it has as many. */
export function guessKind(name: string, head: Uint8Array): string {
  const dot = name.replace(/\.(gz|zst)$/i, '');
  const extension = dot.slice(dot.lastIndexOf('.') + 1).toLowerCase();
  const kind = byContent(head) ?? byExtension[extension] ?? 'upload';
  // Only tables are read inside a compression.
  return kind === 'text' && dot !== name ? 'upload' : kind;
}
