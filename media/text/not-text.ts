/** Refuses what is no text: known beginnings of other files, and bytes that no text has so many of. */
import type { ByteCensus } from './byte-census.ts';
import { TextFailure } from './failure.ts';

/** In hexadecimal; `??` is any byte. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['7f454c46', 'a program (ELF)'],
  ['4d5a??00', 'a program (Windows)'],
  ['cafebabe', 'a program (Java or Mach-O)'],
  ['cffaedfe', 'a program (Mach-O)'],
  ['0061736d', 'a program (WebAssembly)'],
  ['1f8b08', 'a gzip archive'],
  ['28b52ffd', 'a zstd archive'],
  ['504b0304', 'a ZIP archive or an Office document'],
  ['504b0506', 'an empty ZIP archive'],
  ['377abcaf271c', 'a 7z archive'],
  ['526172211a07', 'a RAR archive'],
  ['fd377a585a00', 'an xz archive'],
  ['425a68??314159265359', 'a bzip2 archive'],
  ['d0cf11e0a1b11ae1', 'an Office document in the old binary form'],
  ['25504446', 'a PDF document'],
  ['89504e470d0a1a0a', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['4749463837', 'a GIF image'],
  ['4749463839', 'a GIF image'],
  ['1a45dfa3', 'a Matroska or WebM film'],
  ['????????66747970', 'an MP4 film or a HEIC image'],
  ['4f67675300', 'an Ogg recording'],
  ['494433??????', 'an MP3 recording'],
  ['664c614300', 'a FLAC recording'],
  ['52494646????????57', 'a RIFF file (WAV or WebP)'],
  ['52494646????????41', 'a RIFF file (AVI)'],
  ['50415231', 'a Parquet table'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
];

function matches(head: Uint8Array, pattern: string): boolean {
  const length = pattern.length / 2;
  if (head.length < length) return false;
  return Array.from({ length }, (_, index) => pattern.slice(index * 2, index * 2 + 2)).every(
    (hex, index) => hex === '??' || Number.parseInt(hex, 16) === head[index],
  );
}

/** Throws EMPTY_FILE, and NOT_TEXT for the beginning of another sort of file. */
export function refuseOthers(head: Uint8Array): void {
  if (head.length === 0) {
    throw new TextFailure('EMPTY_FILE', 'The file holds no bytes.', 'Check how it was written or copied.');
  }
  const other = BEGINNINGS.find(([pattern]) => matches(head, pattern));
  if (!other) return;
  const hint = /archive/.test(other[1])
    ? 'Unpack it and analyse the text inside.'
    : 'Analyse it as what it is, or extract its text first.';
  throw notText(`This is ${other[1]}, not text.`, hint);
}

/** Shares of bytes that are controls: text that is valid UTF-8 may have many, anything else hardly any. */
const CONTROLS_IN_UTF8 = 0.1;
const CONTROLS_ELSEWHERE = 0.03;

/** Throws NOT_TEXT for bytes that are mostly no characters; for files that are neither UTF-16 nor UTF-32. */
export function refuseBinary({ bytes, validUtf8, counts }: ByteCensus): void {
  let controls = counts[0x7f] as number;
  for (let byte = 0; byte < 0x20; byte += 1) {
    // Tab, line ends, form feed, backspace and escape stand in texts too.
    if ((byte >= 8 && byte <= 13) || byte === 0x1b) continue;
    controls += counts[byte] as number;
  }
  if (controls <= (validUtf8 ? CONTROLS_IN_UTF8 : CONTROLS_ELSEWHERE) * bytes) return;
  throw notText(
    'Too many of its bytes are no characters of any text encoding.',
    'Check that it is a text; if it is one in a rare encoding, name that in the parameter encoding.',
  );
}

function notText(message: string, hint: string): TextFailure {
  return new TextFailure('NOT_TEXT', message, hint);
}
