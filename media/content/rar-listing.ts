/**
 * Lists a RAR archive by the headers of its entries, of version 5 and of those from 1.5 to 4; content is skipped. Nothing
 * is unfolded, so that sizes are what the archive claims.
 */
import type { ReadAt } from '../zip/directory.ts';
import type { Entry, Lister } from './listing.ts';
import { openRar5Header, type Rar5Header } from './rar5-header.ts';

const MARK_4 = 7;
const MARK_5 = 8;
const LONGEST_HEADER = 2 * 1024 ** 2;

/** Where the next header begins, or why there is none; null for the end. */
type Step = { readonly next: number } | { readonly stop: string | null };

/** Null: it ended as it should. Else why it stops, as `lister.done` takes it. */
export function listRar(
  read: ReadAt,
  size: number,
  lister: Lister,
  report: (done: number) => void,
): string | null {
  const isNew = read(0, Math.min(size, MARK_5)).at(6) === 1;
  let at = isNew ? MARK_5 : MARK_4;
  for (let passed = 1; at < size; passed += 1) {
    if (lister.full()) return 'it lists more entries than are read';
    if (passed % 200 === 0) report(passed);
    const step = isNew ? step5(read, size, at, lister) : step4(read, size, at, lister);
    if ('stop' in step) return step.stop;
    if (step.next <= at) return damaged(lister, 'a header is damaged').stop;
    at = step.next;
  }
  return at === size ? whole.stop : damaged(lister, 'its last entry is cut off').stop;
}

const whole = { stop: null };
function damaged(lister: Lister, why: string): { readonly stop: string } {
  lister.problem('ARCHIVE_DAMAGED', `The archive cannot be read to its end: ${why}.`);
  return { stop: why };
}

function locked(lister: Lister): { readonly stop: string } {
  lister.problem('NAMES_ENCRYPTED', 'Not even the names of its entries can be read: they are encrypted.');
  return { stop: 'its names are encrypted' };
}

const BLOCK_4 = { main: 0x73, file: 0x74, end: 0x7b } as const;
const MAIN_LOCKED = 0x80;
const LONG = 0x8000;
const FILE_LOCKED = 4;
const FILE_LARGE = 0x100;
const DIRECTORY = 0xe0;
const FILE_FIELDS = 32;
const UNIX = 3;

function step4(read: ReadAt, size: number, at: number, lister: Lister): Step {
  if (at + 7 > size) return damaged(lister, 'it ends within a header');
  const begin = read(at, 7);
  const [kind, flags, bytes] = [begin[2] ?? 0, begin.readUInt16LE(3), begin.readUInt16LE(5)];
  if (bytes < 7 || at + bytes > size) return damaged(lister, 'a header is damaged');
  const header = read(at, bytes);
  if (kind === BLOCK_4.end) return whole;
  if (kind === BLOCK_4.main) return (flags & MAIN_LOCKED) !== 0 ? locked(lister) : { next: at + bytes };
  const isLong = (flags & LONG) !== 0 && bytes >= 11;
  if (kind !== BLOCK_4.file) return { next: at + bytes + (isLong ? header.readUInt32LE(7) : 0) };
  const large = (flags & FILE_LARGE) !== 0 ? 8 : 0;
  if (bytes < FILE_FIELDS + large) return damaged(lister, 'a header is damaged');
  const packed = header.readUInt32LE(7) + (large > 0 ? header.readUInt32LE(32) * 2 ** 32 : 0);
  const unpacked = header.readUInt32LE(11) + (large > 0 ? header.readUInt32LE(36) * 2 ** 32 : 0);
  if (!Number.isSafeInteger(packed) || !Number.isSafeInteger(unpacked))
    return damaged(lister, 'a header is damaged');
  const name = header.subarray(FILE_FIELDS + large, FILE_FIELDS + large + header.readUInt16LE(26));
  const end = name.indexOf(0);
  const isDirectory = (flags & DIRECTORY) === DIRECTORY;
  const isLink = header[15] === UNIX && (header.readUInt32LE(28) & 0xf000) === 0xa000;
  const target = isLink && packed <= 4096 && at + bytes + packed <= size ? read(at + bytes, packed) : null;
  lister.add({
    // The name in ASCII comes first, one in Unicode behind a zero.
    name: nameOf(end < 0 ? name : name.subarray(0, end)),
    type: isDirectory ? 'directory' : isLink ? 'symlink' : 'file',
    ...{ bytes: isDirectory ? 0 : unpacked, compressed_bytes: packed },
    encrypted: (flags & FILE_LOCKED) !== 0,
    modified: null,
    link_target: target?.toString('utf8') ?? null,
  });
  return { next: at + bytes + packed };
}

const KIND_5 = { file: 2, encryption: 4, end: 5 } as const;

function step5(read: ReadAt, size: number, at: number, lister: Lister): Step {
  const begin = read(at, Math.min(size - at, 16));
  const header = openRar5Header(begin, (bytes) =>
    bytes <= LONGEST_HEADER && at + bytes <= size ? read(at, bytes) : null,
  );
  if (header === null) return damaged(lister, 'a header is damaged');
  if (header.kind === KIND_5.encryption) return locked(lister);
  if (header.kind === KIND_5.end) return whole;
  if (header.kind === KIND_5.file) {
    const entry = entryOf(header);
    if (entry === null) return damaged(lister, 'a header is damaged');
    lister.add(entry);
  }
  return { next: at + header.bytes + header.contentBytes };
}

function entryOf({ file, contentBytes }: Rar5Header): Entry | null {
  if (file === null) return null;
  const { link } = file;
  return {
    name: nameOf(file.name),
    type: link === null ? (file.isDirectory ? 'directory' : 'file') : link.type,
    ...{ bytes: file.unpackedBytes, compressed_bytes: contentBytes, encrypted: file.isEncrypted },
    modified: file.modified,
    link_target: link === null ? null : nameOf(link.target),
  };
}

function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return (text.includes('\ufffd') ? bytes.toString('latin1') : text).replaceAll('\\', '/');
}
