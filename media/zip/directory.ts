/**
 * The central directory of a ZIP archive, ZIP64 included, entry by entry; nothing is unfolded and nothing it says is
 * believed. Archives may stand behind other bytes (self-extracting ones do): offsets are then counted from where they
 * begin.
 */
export type ReadAt = (position: number, length: number) => Buffer;

export interface ZipEnd {
  readonly zip64: boolean;
  readonly declaredEntries: number;
  /** Where the directory really stands in the file. */
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  /** Bytes before the archive: what every offset in it has to be moved by. */
  readonly prefixBytes: number;
  /** Bytes after the end record and its comment. */
  readonly trailingBytes: number;
}

export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressed: number;
  readonly size: number;
  /** Of its local header, in the file. */
  readonly offset: number;
  /** System that made it (3: Unix), and that system's attributes. */
  readonly madeBy: number;
  readonly attributes: number;
  readonly dosTime: number;
}

/** Why a directory cannot be read; `message` completes a sentence: `it ends too early`. */
export class ZipDamage extends Error {
  override readonly name = 'ZipDamage';
}

export const LOCAL_SIGNATURE = 0x04034b50;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LONGEST_COMMENT = 65_535;
const WINDOW_BYTES = 1024 * 1024;
/** Longest entry: three fields of 64 kB and its own. */
const LONGEST_ENTRY = ENTRY_BYTES + 3 * 65_535;

/** Throws ZipDamage. */
export function findZipEnd(read: ReadAt, size: number): ZipEnd {
  const tailStart = Math.max(0, size - END_BYTES - LONGEST_COMMENT);
  const tail = read(tailStart, size - tailStart);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) > tail.length) continue;
    return endOf(read, size, tail.subarray(at), tailStart + at);
  }
  throw new ZipDamage('its directory is missing');
}

function endOf(read: ReadAt, size: number, end: Buffer, position: number): ZipEnd {
  const wide = end64Of(read, position);
  const entries = end.readUInt16LE(10);
  const declared = {
    declaredEntries: wide && entries === 0xffff ? wide.entries : entries,
    directoryBytes: wide && end.readUInt32LE(12) === 0xffffffff ? wide.bytes : end.readUInt32LE(12),
    offset: wide && end.readUInt32LE(16) === 0xffffffff ? wide.offset : end.readUInt32LE(16),
  };
  const directoryOffset = (wide?.position ?? position) - declared.directoryBytes;
  if (directoryOffset < 0) throw new ZipDamage('its directory is larger than the file');
  const prefixBytes = directoryOffset - declared.offset;
  if (prefixBytes < 0) throw new ZipDamage('its directory lies behind the end');
  const { declaredEntries, directoryBytes } = declared;
  const trailingBytes = size - position - END_BYTES - end.readUInt16LE(20);
  return {
    zip64: wide !== null,
    declaredEntries,
    directoryOffset,
    directoryBytes,
    prefixBytes,
    trailingBytes,
  };
}

function end64Of(read: ReadAt, position: number) {
  if (position < 20) return null;
  const locator = read(position - 20, 20);
  if (locator.readUInt32LE(0) !== LOCATOR_SIGNATURE) return null;
  const at = wideAt(locator, 8);
  if (at + 56 > position) throw new ZipDamage('its ZIP64 record lies behind the end');
  const record = read(at, 56);
  if (record.readUInt32LE(0) !== END64_SIGNATURE) throw new ZipDamage('its ZIP64 record is missing');
  return { position: at, entries: wideAt(record, 32), bytes: wideAt(record, 40), offset: wideAt(record, 48) };
}

/** Entries in their order, until the directory ends. Throws ZipDamage where it is damaged. */
export function* zipEntries(read: ReadAt, end: ZipEnd): Generator<ZipEntry> {
  const limit = end.directoryOffset + end.directoryBytes;
  let window: Buffer = Buffer.alloc(0);
  let windowAt = end.directoryOffset;
  for (let position = end.directoryOffset; position < limit; ) {
    if (position + LONGEST_ENTRY > windowAt + window.length && windowAt + window.length < limit) {
      windowAt = position;
      window = read(position, Math.min(WINDOW_BYTES, limit - position));
    }
    const at = position - windowAt;
    const length = entryLength(window, at);
    yield entryOf(window.subarray(at, at + length), end.prefixBytes);
    position += length;
  }
}

function entryLength(window: Buffer, at: number): number {
  if (at + ENTRY_BYTES > window.length || window.readUInt32LE(at) !== ENTRY_SIGNATURE) {
    throw new ZipDamage('its directory is damaged');
  }
  const length =
    ENTRY_BYTES + window.readUInt16LE(at + 28) + window.readUInt16LE(at + 30) + window.readUInt16LE(at + 32);
  if (at + length > window.length) throw new ZipDamage('its directory is damaged');
  return length;
}

function entryOf(entry: Buffer, prefix: number): ZipEntry {
  const nameEnd = ENTRY_BYTES + entry.readUInt16LE(28);
  const extra = entry.subarray(nameEnd, nameEnd + entry.readUInt16LE(30));
  // The ZIP64 field holds those that did not fit, in this order.
  const wide = wideField(extra);
  let used = 0;
  const field = (narrow: number): number => {
    if (narrow !== 0xffffffff || wide === null) return narrow;
    if (used + 8 > wide.length) throw new ZipDamage('a ZIP64 field is too short');
    used += 8;
    return wideAt(wide, used - 8);
  };
  const size = field(entry.readUInt32LE(24));
  const compressed = field(entry.readUInt32LE(20));
  const offset = field(entry.readUInt32LE(42)) + prefix;
  return {
    name: nameOf(entry.subarray(ENTRY_BYTES, nameEnd)),
    flags: entry.readUInt16LE(8),
    method: entry.readUInt16LE(10),
    crc32: entry.readUInt32LE(16),
    compressed,
    size,
    offset,
    madeBy: entry.readUInt8(5),
    attributes: entry.readUInt32LE(38),
    dosTime: entry.readUInt32LE(12),
  };
}

function wideField(extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

function wideAt(buffer: Buffer, at: number): number {
  const value = buffer.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipDamage('it states sizes beyond any disk');
  return Number(value);
}

/** Old archives use the code page of their maker; what is no UTF-8 is shown byte by byte. */
function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
