/** What a file is, by its first and last bytes. The name decides nothing. Pure but for the reads. */
import { beginsZstd } from '../program/zstd.ts';
import type { ReadAt } from '../zip/directory.ts';
import { isSurelyText } from './decode-text.ts';
import { type FileType, fileType, headSignatures, type Signature, tailSignatures } from './signatures.ts';
import { soundOnly } from './sound-only.ts';
import { looselyStructuredTypeOf, structuredTypeOf } from './structured.ts';
import { hasChecksum } from './tar-listing.ts';
import { doubtfulTextTypeOf, textTypeOf } from './text-type.ts';

const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 1024;
const TAR_HEADER_BYTES = 512;

const unknownType = fileType('unknown', 'application/octet-stream', 'unknown', '');
const emptyType = fileType('unknown', 'application/x-empty', 'empty', '');
const zipType = fileType('archive', 'application/zip', 'zip', 'zip');
const zstdType = fileType('archive', 'application/zstd', 'zstd', 'zst tzst');
const oleType = fileType('document', 'application/x-ole-storage', 'ole2', '');

/** `zip` and `ole2` are containers: what they hold says what they are. */
export function recognise(read: ReadAt, size: number): FileType {
  if (size === 0) return emptyType;
  const head = read(0, Math.min(size, HEAD_BYTES));
  const tail = read(Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  const type = formatOf(head, tail, size);
  return soundOnly(type, head, read, size) ?? type;
}

function formatOf(head: Buffer, tail: Buffer, size: number): FileType {
  return (
    containerOf(head, size) ??
    programOf(head) ??
    structuredTypeOf(head, size) ??
    byHead(head, size) ??
    latePdfOf(head, tail) ??
    matching(tailSignatures, (at) =>
      at > tail.length ? Buffer.alloc(0) : tail.subarray(tail.length - at),
    ) ??
    // The mark of UTF-16 would pass for the beginning of an MPEG frame.
    (isMarkedUtf16(head) ? textTypeOf(head, size) : null) ??
    (isSurelyText(head) ? null : streamOf(head)) ??
    bitmapOf(head, size) ??
    oldTarOf(head) ??
    textTypeOf(head, size) ??
    looselyStructuredTypeOf(head, tail) ??
    doubtfulTextTypeOf(head, size) ??
    unknownType
  );
}

/** Letters at the beginning say little when nothing but text follows: ORC files begin as words about orchids do. */
function byHead(head: Buffer, size: number): FileType | null {
  const type = matching(headSignatures, (at) => head.subarray(at));
  const wordy =
    type !== null && !MADE_OF_TEXT.has(type.container) && /^[\x20-\x7e]{3}/.test(latin(head, 0, 3));
  return (wordy ? textTypeOf(head, size) : null) ?? type;
}

const MADE_OF_TEXT = new Set(['pdf', 'rtf', 'postscript', 'vcard', 'fits', 'ar', 'hdr']);

function isMarkedUtf16(head: Buffer): boolean {
  return head[0] === 0xff && head[1] === 0xfe;
}

/** Readers of PDF look for its beginning within the first kilobyte. */
function latePdfOf(head: Buffer, tail: Buffer): FileType | null {
  const begin = latin(head, 0, 1024);
  const found =
    /^(?:\xef\xbb\xbf)?[\s\0]*%PDF-\d/.test(begin) || (/[\r\n]%PDF-\d/.test(begin) && tail.includes('%%EOF'));
  return found ? fileType('document', 'application/pdf', 'pdf', 'pdf ai') : null;
}

/** From before tar had a name for itself. */
function oldTarOf(head: Buffer): FileType | null {
  const header = head.subarray(0, TAR_HEADER_BYTES);
  if (header.length < TAR_HEADER_BYTES || header[0] === 0 || !hasChecksum(header)) return null;
  return fileType('archive', 'application/x-tar', 'tar', 'tar');
}

function matching(signatures: readonly Signature[], from: (at: number) => Buffer): FileType | null {
  const found = signatures.find(({ bytes, at }) => {
    return from(at).toString('hex', 0, bytes.length / 2) === bytes;
  });
  return found?.type ?? null;
}

const latin = (head: Buffer, from: number, to: number): string => head.toString('latin1', from, to);

/** Formats whose first bytes are those of a family; the next ones say which. */
function containerOf(head: Buffer, size: number): FileType | null {
  const first = latin(head, 0, 4);
  if (/^PK(?:\x03\x04|\x05\x06)$/.test(first)) return zipType;
  if (head.toString('hex', 0, 8) === 'd0cf11e0a1b11ae1') return oleType;
  if (beginsZstd(head)) return zstdType;
  if (first === 'RIFF' || first === 'RF64' || first === 'BW64') return riffOf(latin(head, 8, 12));
  if (first === 'FORM' && /^AIF[FC]$/.test(latin(head, 8, 12)))
    return fileType('audio', 'audio/aiff', 'aiff', 'aif aiff aifc');
  const box = isBox(head, size) ? latin(head, 4, 8) : '';
  if (box === 'ftyp') return brandOf(latin(head, 8, 12), head);
  if (/^(?:moov|mdat|wide|free)$/.test(box))
    return fileType('video', 'video/quicktime', 'quicktime', 'mov qt mp4');
  if (head.toString('hex', 0, 4) === '1a45dfa3') return matroskaOf(head);
  return first === 'OggS' ? oggOf(head) : null;
}

/** Four letters may stand there by chance; a length that fits the file does not. */
function isBox(head: Buffer, size: number): boolean {
  if (head.length < 16) return false;
  const length = head.readUInt32BE(0);
  return length <= 1 || (length >= 8 && length <= size);
}

function riffOf(form: string): FileType {
  if (form === 'WAVE') return fileType('audio', 'audio/wav', 'wav', 'wav wave bwf');
  if (form === 'AVI ') return fileType('video', 'video/x-msvideo', 'avi', 'avi divx');
  if (form === 'WEBP') return fileType('image', 'image/webp', 'webp', 'webp');
  if (form === 'ACON') return fileType('image', 'application/x-navi-animation', 'ani', 'ani');
  return fileType('data', 'application/x-riff', 'riff', '');
}

function brandOf(brand: string, head: Buffer): FileType {
  const brands = latin(head, 8, Math.min(head.readUInt32BE(0), 256));
  if (/^avi[fs]/.test(brand)) return fileType('image', 'image/avif', 'avif', 'avif avifs');
  if (/^(?:hei[cxms]|hev[cxms])/.test(brand) || (/^m[is]f1/.test(brand) && /hei|hev/.test(brands)))
    return fileType('image', 'image/heic', 'heic', 'heic heif hif');
  if (/^m[is]f1/.test(brand)) return fileType('image', 'image/heif', 'heif', 'heif hif heic avif');
  if (brand === 'crx ') return fileType('image', 'image/x-canon-cr3', 'cr3', 'cr3');
  if (/^M4[AB] $/.test(brand)) return fileType('audio', 'audio/mp4', 'm4a', 'm4a m4b mp4');
  if (brand === 'qt  ') return fileType('video', 'video/quicktime', 'quicktime', 'mov qt mp4 m4v');
  if (/^3g/.test(brand)) return fileType('video', 'video/3gpp', '3gp', '3gp 3g2 mp4');
  return fileType('video', 'video/mp4', 'mp4', 'mp4 m4v m4a mov f4v m4s cmfv');
}

function matroskaOf(head: Buffer): FileType {
  const webm = latin(head, 0, 64).includes('webm');
  if (webm) return fileType('video', 'video/webm', 'webm', 'webm');
  return fileType('video', 'video/x-matroska', 'matroska', 'mkv mka mks mk3d');
}

function oggOf(head: Buffer): FileType {
  const begin = latin(head, 0, 256);
  if (/theora|\x01video/.test(begin)) return fileType('video', 'video/ogg', 'ogg', 'ogv ogg');
  if (begin.includes('OpusHead')) return fileType('audio', 'audio/opus', 'ogg', 'opus ogg oga');
  return fileType('audio', 'audio/ogg', 'ogg', 'ogg oga spx');
}

/** What a machine, a virtual one or a shell would run. */
function programOf(head: Buffer): FileType | null {
  if (latin(head, 0, 2) === 'MZ') return dosProgramOf(head);
  if (head.length >= 8 && head.readUInt32BE(0) === 0xcafebabe) {
    // The same first bytes: a fat Mach-O counts its architectures, a Java class states a version from 45 on.
    if (head.readUInt32BE(4) < 45)
      return fileType('executable', 'application/x-mach-binary', 'mach-o-fat', 'dylib');
    return fileType('executable', 'application/java-vm', 'java-class', 'class');
  }
  if (!/^#!\s*\/[\w./-]+/.test(latin(head, 0, 80))) return null;
  return fileType(
    'executable',
    'text/x-script',
    'script',
    'sh bash zsh ksh fish py pl rb php js mjs ts lua awk tcl command run cgi',
  );
}

function dosProgramOf(head: Buffer): FileType | null {
  const at = head.length >= 64 ? head.readUInt32LE(60) : 0;
  const portable = at >= 64 && latin(head, at, at + 4) === 'PE\0\0';
  if (portable)
    return fileType(
      'executable',
      'application/vnd.microsoft.portable-executable',
      'pe',
      'exe dll sys scr ocx cpl com efi mui ax',
    );
  // Text may begin with these two letters too.
  if (head.length < 64 || head.subarray(0, 512).indexOf(0) < 0) return null;
  return fileType('executable', 'application/x-dosexec', 'dos', 'exe com dll');
}

/** Streams of frames or packets, which have no header of their own. */
function streamOf(head: Buffer): FileType | null {
  const packets = (step: number, from: number) =>
    head.length > from + 2 * step && [0, 1, 2].every((index) => head[from + index * step] === 0x47);
  if (packets(188, 0)) return fileType('video', 'video/mp2t', 'mpeg-ts', 'ts mts m2t tsv tsa');
  if (packets(192, 4)) return fileType('video', 'video/mp2t', 'm2ts', 'm2ts mts');
  if (head.length < 4) return null;
  const sync = head.readUInt16BE(0);
  if ((sync & 0xfff6) === 0xfff0) return fileType('audio', 'audio/aac', 'adts', 'aac');
  if (sync === 0x0b77) return fileType('audio', 'audio/ac3', 'ac3', 'ac3 eac3');
  const rates = (head[2] ?? 0) >> 2;
  const valid = (sync & 0xffe6) !== 0xffe0 && rates >> 2 !== 15 && rates >> 2 !== 0 && (rates & 3) !== 3;
  if ((sync & 0xffe0) === 0xffe0 && valid && ((sync >> 3) & 3) !== 1)
    return fileType('audio', 'audio/mpeg', 'mp3', 'mp3 mp2 mpga');
  return null;
}

function bitmapOf(head: Buffer, size: number): FileType | null {
  if (latin(head, 0, 2) === 'BM' && head.length >= 26) {
    const header = head.readUInt32LE(14);
    const offset = head.readUInt32LE(10);
    if ([12, 40, 52, 56, 64, 108, 124].includes(header) && offset <= size)
      return fileType('image', 'image/bmp', 'bmp', 'bmp dib');
  }
  if (/^P[1-7]\s/.test(latin(head, 0, 3)) && /^P\d\s+(?:#[^\n]*\n\s*)*\d+\s+\d+/.test(latin(head, 0, 300)))
    return fileType('image', 'image/x-portable-anymap', 'pnm', 'ppm pgm pbm pnm pam');
  return null;
}
